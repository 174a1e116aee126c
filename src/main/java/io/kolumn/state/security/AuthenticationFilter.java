package io.kolumn.state.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.access.Authentication;
import io.kolumn.state.access.Authenticator;
import io.kolumn.state.access.Credential;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.ProblemAnswer;
import io.kolumn.state.http.Refused;
import io.kolumn.state.http.RequestIds;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.server.ServiceConfig.Certificates;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks every request for a proof of who makes it, before anything else of it is looked at, but for the pages that are
 * open. What a caller may do with a state is not judged here but by the backend, which knows what is asked for.
 */
@Singleton
final class AuthenticationFilter {

    /** Behind what needs no identity to be refused: paths that are none, pages of other origins. */
    private static final int PRIORITY = 90;

    /** What follows holds credentials, see {@link SealedCredentials}. */
    private static final String UPLOADS = ErrorFormat.JSON_API_ROOT + "/uploads/";

    private static final String OF_JSON = "/json";

    private static final Authentication NOBODY = new Authentication.Rejected("no credential");

    private static final String RETRY_AFTER = "2";
    private static final String OTHER_HOST =
            "The service is not served under the requested host name. Without authentication it serves only"
                    + " this machine (localhost, 127.0.0.1, [::1]). Behind a proxy, name the forwarded host in"
                    + " kolumn.state.http.hosts, or configure authentication (docs/access.md).";

    private final ServiceConfig config;
    private final Identities identities;
    private final EndpointAccess pages;
    private final Hosts hosts;
    private final AuditTrail audit;
    private final Clock clock;
    private final Instance<ObjectMapper> json;
    private final MeterRegistry meters;
    private final LoginThrottle attempts;
    private final SealedCredentials sealed;
    private final boolean proofNeeded;

    AuthenticationFilter(
            ServiceConfig config,
            Identities identities,
            EndpointAccess pages,
            Hosts hosts,
            AuditTrail audit,
            Clock clock,
            Instance<ObjectMapper> json,
            MeterRegistry meters,
            SealedCredentials sealed) {
        this.config = config;
        this.identities = identities;
        this.pages = pages;
        this.hosts = hosts;
        this.audit = audit;
        this.clock = clock;
        this.json = json;
        this.meters = meters;
        this.sealed = sealed;
        this.proofNeeded = config.authenticates();
        this.attempts = new LoginThrottle(config.longestDelay());
    }

    /** Made when the first request comes: a command, which has none, does not mind what is wrong with its configuration. */
    static void register(@Observes Filters filters, Instance<AuthenticationFilter> door) {
        filters.register(context -> door.get().ask(context), PRIORITY);
    }

    private void ask(RoutingContext context) {
        RequestCaller nobody = new RequestCaller(null, address(context), RequestIds.of(context), Duration.ZERO, clock);
        if (!hosts.served(context.request()) && !pages.ofAnyHost(context.normalizedPath())) {
            misdirected(context);
            return;
        }
        switch (pages.of(context.normalizedPath())) {
            case OFF -> context.fail(404);
            case OPEN -> context.next();
            case AUTHENTICATED -> {
                if (proofNeeded) {
                    ask(context, nobody);
                } else {
                    nobody.enter(context, () -> Optional.of(nobody));
                    context.next();
                }
            }
        }
    }

    private void ask(RoutingContext context, RequestCaller nobody) {
        Authenticator access = identities.current();
        Credential credential;
        try {
            credential = credential(context);
        } catch (RequestCredentials.Unreadable e) {
            refuse(context, nobody, String.valueOf(e.getMessage()));
            return;
        }
        if (credential == null) {
            access.anonymous()
                    .filter(proven -> !pages.ofTheService(context.normalizedPath()))
                    .ifPresentOrElse(
                            proven -> enter(context, nobody, access, proven),
                            () -> refuse(context, nobody, "no credential"));
            return;
        }
        access.atOnce(credential)
                .ifPresentOrElse(
                        proof -> decide(context, nobody, access, proof),
                        () -> prove(context, nobody, access, credential));
    }

    /** Null if nothing is shown. A header goes before the address of an upload, and before the session of the pages. */
    private @Nullable Credential credential(RoutingContext context) throws RequestCredentials.Unreadable {
        HttpServerRequest request = context.request();
        String path = context.normalizedPath();
        if (!request.headers().contains(HttpHeaders.AUTHORIZATION) && path != null && path.startsWith(UPLOADS)) {
            String header = sealed.open(
                            Purpose.UPLOAD, path.substring(UPLOADS.length()).replace(OF_JSON, ""))
                    .orElseThrow(
                            () -> new RequestCredentials.Unreadable("an upload address that has ended or was altered"))
                    .authorization();
            if (header != null) {
                return RequestCredentials.ofHeader(header);
            }
        }
        String session =
                !request.headers().contains(HttpHeaders.AUTHORIZATION) && ErrorFormat.of(path) == ErrorFormat.PAGE
                        ? SignInPath.authorization(request, sealed)
                        : null;
        return session != null
                ? RequestCredentials.ofHeader(session)
                : RequestCredentials.of(request, config.certificates() != Certificates.OFF);
    }

    private void decide(RoutingContext context, RequestCaller nobody, Authenticator access, Authentication proof) {
        switch (proof) {
            case Authentication.Authenticated proven -> enter(context, nobody, access, proven);
            case Authentication.Rejected refused -> refuse(context, nobody, refused.reason());
            case Authentication.Undecidable undecided -> defer(context, undecided.reason());
        }
    }

    /** On a thread that may wait; meanwhile the body stays where it is. */
    private void prove(RoutingContext context, RequestCaller nobody, Authenticator access, Credential credential) {
        Context eventLoop = context.vertx().getOrCreateContext();
        context.request().pause();
        Thread.ofVirtual().name("proof").start(() -> {
            Optional<Authentication> proof = proof(nobody.address(), access, credential);
            eventLoop.runOnContext(now -> {
                context.request().resume();
                proof.ifPresentOrElse(known -> decide(context, nobody, access, known), () -> crowded(context, nobody));
            });
        });
    }

    /** Empty if so many wait for a look at the same user's password, or from the same address, that this one does not. */
    private Optional<Authentication> proof(String address, Authenticator access, Credential credential) {
        try {
            if (!access.isPassword(credential) || !(credential instanceof Credential.Basic basic)) {
                return Optional.of(access.prove(credential));
            }
            AtomicReference<@Nullable Authentication> proof = new AtomicReference<>();
            attempts.guess(address, basic.name(), () -> {
                proof.set(access.prove(basic));
                return proof.get() instanceof Authentication.Authenticated;
            });
            return Optional.ofNullable(proof.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new Authentication.Undecidable("the service is shutting down"));
        } catch (RuntimeException e) {
            Log.error("A credential could not be verified", e);
            return Optional.of(new Authentication.Undecidable("an internal error"));
        }
    }

    private void enter(
            RoutingContext context, RequestCaller nobody, Authenticator access, Authentication.Authenticated proven) {
        RequestCaller caller = nobody.proven(proven, access.grace());
        caller.enter(context, () -> again(context, caller));
        context.next();
    }

    /** Of a request that goes on: what it showed is proven anew, by what is configured now. */
    private Optional<Caller> again(RoutingContext context, RequestCaller before) {
        try {
            Authenticator access = identities.current();
            Credential credential = credential(context);
            Authentication proof = credential == null
                    ? access.anonymous().<Authentication>map(proven -> proven).orElse(NOBODY)
                    : access.prove(credential);
            RequestCaller caller = switch (proof) {
                case Authentication.Authenticated proven -> before.proven(proven, access.grace());
                case Authentication.Rejected refused -> null;
                case Authentication.Undecidable undecided -> before;
            };
            return Optional.<Caller>ofNullable(caller).filter(known -> !known.expired());
        } catch (RequestCredentials.Unreadable e) {
            return Optional.empty();
        }
    }

    private void misdirected(RoutingContext context) {
        Log.debugf("Refused a request for another host: %s", Hosts.asked(context.request()));
        count("host");
        answer(context, Problem.misdirected(OTHER_HOST));
    }

    private void crowded(RoutingContext context, RequestCaller caller) {
        Log.debugf("Refused a request from %s: too many passwords at once", caller.address());
        count("attempts");
        context.response().putHeader("Retry-After", RETRY_AFTER);
        answer(
                context,
                Problem.tooMany("Too many passwords of this user, or from this address, are waiting to be verified."
                        + " Try again in a moment, or use a token, which is verified at once."));
    }

    private void count(String reason) {
        meters.counter("kolumn.state.rejections", "reason", reason).increment();
    }

    private void refuse(RoutingContext context, RequestCaller caller, String reason) {
        Log.debugf("Refused a request from %s: %s", caller.address(), reason);
        count("unauthenticated");
        Refused.because(context, reason);
        audit.refusedAtTheDoor(caller, context.request(), reason);
        if (ErrorFormat.of(context.request().path()) == ErrorFormat.PAGE) {
            SignInPath.lead(context, sealed);
            return;
        }
        context.response().putHeader("WWW-Authenticate", Problem.CHALLENGES);
        answer(
                context,
                Problem.unauthenticated("Authentication required: send a token, a JWT, or user and password"
                        + " (docs/access.md). Credentials that were sent are not valid here."));
    }

    private void defer(RoutingContext context, String reason) {
        Log.warnf("Authentication is not possible now: %s", reason);
        context.response().putHeader("Retry-After", RETRY_AFTER);
        answer(context, Problem.undecided("Authentication is not possible now. Try again in a moment."));
    }

    private void answer(RoutingContext context, Problem problem) {
        ProblemAnswer.send(context, problem, json.get());
    }

    private static String address(RoutingContext context) {
        SocketAddress remote = context.request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }
}
