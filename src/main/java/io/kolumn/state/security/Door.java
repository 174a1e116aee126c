package io.kolumn.state.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.access.Access;
import io.kolumn.state.access.Credential;
import io.kolumn.state.access.Proof;
import io.kolumn.state.config.ServiceConfig;
import io.kolumn.state.config.ServiceConfig.Certificates;
import io.kolumn.state.http.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks every request for a proof of who makes it, before anything else of it is looked at, but for the pages that are
 * open. What a caller may do with a state is not judged here but by the backend, which knows what is asked for.
 */
@Singleton
final class Door {

    /** Behind what needs no identity to be refused: paths that are none, pages of other origins. */
    private static final int PRIORITY = 90;

    private static final String RETRY_AFTER = "2";

    private final ServiceConfig config;
    private final Identities identities;
    private final Pages pages;
    private final AuditTrail audit;
    private final Clock clock;
    private final Instance<ObjectMapper> json;
    private final MeterRegistry meters;
    private final FailedAttempts attempts;

    Door(
            ServiceConfig config,
            Identities identities,
            Pages pages,
            AuditTrail audit,
            Clock clock,
            Instance<ObjectMapper> json,
            MeterRegistry meters) {
        this.config = config;
        this.identities = identities;
        this.pages = pages;
        this.audit = audit;
        this.clock = clock;
        this.json = json;
        this.meters = meters;
        this.attempts = new FailedAttempts(config.longestDelay());
    }

    /** Made when the first request comes: a command, which has none, does not mind what is wrong with its configuration. */
    static void register(@Observes Filters filters, Instance<Door> door) {
        filters.register(context -> door.get().ask(context), PRIORITY);
    }

    private void ask(RoutingContext context) {
        RequestCaller nobody = new RequestCaller(null, address(context), RequestIds.of(context), clock);
        switch (pages.of(context.normalizedPath())) {
            case OFF -> context.fail(404);
            case OPEN -> context.next();
            case IDENTITY -> {
                if (config.authenticates()) {
                    ask(context, nobody);
                } else {
                    nobody.enter(context);
                    context.next();
                }
            }
        }
    }

    private void ask(RoutingContext context, RequestCaller nobody) {
        Access access = identities.current();
        Credential credential;
        try {
            credential = Credentials.of(context.request(), config.certificates() != Certificates.OFF);
        } catch (Credentials.Unreadable e) {
            refuse(context, nobody, String.valueOf(e.getMessage()));
            return;
        }
        if (credential == null) {
            access.anonymous()
                    .filter(proven -> !pages.ofTheService(context.normalizedPath()))
                    .ifPresentOrElse(
                            proven -> enter(context, nobody, proven), () -> refuse(context, nobody, "no credential"));
            return;
        }
        access.remembered(credential)
                .ifPresentOrElse(
                        proven -> enter(context, nobody, proven), () -> prove(context, nobody, access, credential));
    }

    /** On a thread that may wait; meanwhile the body stays where it is. */
    private void prove(RoutingContext context, RequestCaller nobody, Access access, Credential credential) {
        Context eventLoop = context.vertx().getOrCreateContext();
        context.request().pause();
        Thread.ofVirtual().name("proof").start(() -> {
            Proof proof = proof(nobody.address(), access, credential);
            eventLoop.runOnContext(now -> {
                context.request().resume();
                switch (proof) {
                    case Proof.Proven proven -> enter(context, nobody, proven);
                    case Proof.Refused refused -> refuse(context, nobody, refused.reason());
                    case Proof.Undecided undecided -> defer(context, undecided.reason());
                }
            });
        });
    }

    private Proof proof(String address, Access access, Credential credential) {
        try {
            if (!access.guessable(credential)) {
                Proof proof = access.prove(credential);
                if (proof instanceof Proof.Refused) {
                    attempts.failed(address);
                }
                return proof;
            }
            AtomicReference<@Nullable Proof> proof = new AtomicReference<>();
            boolean looked = attempts.guess(address, () -> {
                proof.set(access.prove(credential));
                return proof.get() instanceof Proof.Proven;
            });
            Proof found = proof.get();
            return looked && found != null ? found : new Proof.Undecided("too many attempts from the same address");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Proof.Undecided("the service is ending");
        } catch (RuntimeException e) {
            Log.error("A credential could not be looked at", e);
            return new Proof.Undecided("an internal error");
        }
    }

    private void enter(RoutingContext context, RequestCaller nobody, Proof.Proven proven) {
        new RequestCaller(proven, nobody.address(), nobody.request(), clock).enter(context);
        context.next();
    }

    private void refuse(RoutingContext context, RequestCaller caller, String reason) {
        Log.debugf("Refused a request from %s: %s", caller.address(), reason);
        meters.counter("kolumn.state.refusals", "reason", "unauthenticated").increment();
        audit.refusedAtTheDoor(caller, context.request(), reason);
        context.response().putHeader("WWW-Authenticate", Problem.CHALLENGES);
        answer(
                context,
                Problem.unauthenticated("This needs a proof of who you are: a token, a user with a password, or a JWT"
                        + " (docs/access.md). What was sent, if anything, proves nothing here."));
    }

    private void defer(RoutingContext context, String reason) {
        Log.warnf("Could not tell who makes a request: %s", reason);
        context.response().putHeader("Retry-After", RETRY_AFTER);
        answer(context, Problem.undecided("Nobody can tell now who you are; try again in a moment."));
    }

    /** HTTP/2 knows no such header, and its clients take it for an error. */
    private void answer(RoutingContext context, Problem problem) {
        HttpServerResponse response = context.response();
        boolean http1 = context.request().version() != HttpVersion.HTTP_2;
        try {
            if (http1) {
                response.putHeader("Connection", "close");
            }
            response.setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.MEDIA_TYPE)
                    .end(json.get().writeValueAsString(problem));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A problem is always JSON", e);
        }
    }

    private static String address(RoutingContext context) {
        SocketAddress remote = context.request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }
}
