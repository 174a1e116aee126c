package io.kolumn.state.ui;

import io.kolumn.state.access.Authentication;
import io.kolumn.state.access.SignInFailed;
import io.kolumn.state.access.SignInIssuer;
import io.kolumn.state.security.SignInPath;
import io.kolumn.state.security.SignIns;
import io.quarkus.logging.Log;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ui/sign-in/issuer} sends a browser to an issuer, and {@code /ui/sign-in/callback} begins a session when it comes
 * back. The session is the issuer's token, which the door verifies with each request.
 */
@Path("/ui/sign-in/{step:issuer|callback}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class IssuerPage {

    private static final String DENIED = "access_denied";

    private final SignIns signIns;
    private final SignInFlow flow;
    private final SignInViews views;
    private final Sessions sessions;
    private final Clock clock;

    IssuerPage(SignIns signIns, SignInFlow flow, SignInViews views, Sessions sessions, Clock clock) {
        this.signIns = signIns;
        this.flow = flow;
        this.views = views;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** What an issuer sent back; each null if it is missing. */
    private record Returned(
            @Nullable String code,
            @Nullable String state,
            @Nullable String error,
            @Nullable String issuer) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> step(
            RoutingContext context,
            @RestQuery @Nullable String name,
            @RestQuery @Nullable String next,
            @RestQuery @Nullable String code,
            @RestQuery @Nullable String state,
            @RestQuery @Nullable String error,
            @RestQuery("iss") @Nullable String issuer) {
        if (SignInPath.ISSUER.equals(context.normalizedPath())) {
            return begin(String.valueOf(name), SignInPath.within(next));
        }
        RestResponse<String> answer = end(new Returned(code, state, error, issuer), context);
        answer.getHeaders().add(HttpHeaders.SET_COOKIE, flow.end());
        answer.getHeaders().putSingle("Referrer-Policy", "no-referrer"); // this address holds a code
        return answer;
    }

    private RestResponse<String> begin(String name, String next) {
        Optional<SignInIssuer> issuer = signIns.issuer(name);
        if (issuer.isEmpty()) {
            return views.ask(Status.NOT_FOUND, next, "This issuer offers no sign-in here.");
        }
        try {
            SignInFlow.Begun begun = flow.begin(name, next);
            RestResponse<String> answer = Pages.lead(issuer.get().address(begun.challenge(), flow.callback()));
            answer.getHeaders().add(HttpHeaders.SET_COOKIE, flow.cookie(begun));
            return answer;
        } catch (SignInFailed failed) {
            return failed(failed, next);
        }
    }

    private RestResponse<String> end(Returned returned, RoutingContext context) {
        SignInFlow.Begun begun = flow.begun().orElse(null);
        if (begun == null || returned.state() == null || !begun.owns(returned.state())) {
            return views.ask(
                    Status.BAD_REQUEST,
                    begun == null ? null : begun.next(),
                    "This sign-in has ended, or began elsewhere. Sign in again.");
        }
        SignInIssuer issuer = signIns.issuer(begun.issuer()).orElse(null);
        if (issuer == null) {
            return views.ask(Status.NOT_FOUND, begun.next(), "The issuer of this sign-in offers none here any more.");
        }
        try {
            issuer.check(returned.issuer());
            return returned.code() == null
                    ? refused(issuer, begun, returned.error())
                    : session(issuer, begun, returned.code(), context);
        } catch (SignInFailed failed) {
            return failed(failed, begun.next());
        }
    }

    private RestResponse<String> session(
            SignInIssuer issuer, SignInFlow.Begun begun, String code, RoutingContext context) throws SignInFailed {
        String token = issuer.token(begun.answer(code), flow.callback(), clock.instant());
        return switch (signIns.prove(token, context)) {
            case Authentication.Authenticated proven -> {
                Instant expires = proven.identity().expires();
                Instant end = expires == null ? clock.instant() : expires;
                yield sessions.begin(issuer, token, end)
                        .map(cookie -> {
                            Log.infof(
                                    "%s signed in by the issuer '%s'.",
                                    proven.identity().subject(), issuer.name());
                            RestResponse<String> on = views.passing(begun.next());
                            on.getHeaders().add(HttpHeaders.SET_COOKIE, cookie);
                            return on;
                        })
                        .orElseGet(() -> tooLong(issuer, begun, token.length()));
            }
            case Authentication.Rejected rejected -> {
                Log.warnf("The token of a sign-in by '%s' is not valid here: %s", issuer.name(), rejected.reason());
                yield views.ask(
                        Status.FORBIDDEN,
                        begun.next(),
                        "What " + issuer.label()
                                + " says of you is not valid here. An administrator finds the reason in the log.");
            }
            case Authentication.Undecidable undecided -> {
                Log.warnf("A sign-in by '%s' cannot be verified now: %s", issuer.name(), undecided.reason());
                yield views.ask(
                        Status.SERVICE_UNAVAILABLE,
                        begun.next(),
                        issuer.label() + " cannot be asked now. Try again in a moment.");
            }
        };
    }

    private RestResponse<String> tooLong(SignInIssuer issuer, SignInFlow.Begun begun, int length) {
        Log.warnf(
                "The token of a sign-in by '%s' has %d characters, which no cookie holds. Let the issuer put less into it, such as fewer groups.",
                issuer.name(), length);
        return views.ask(
                Status.FORBIDDEN,
                begun.next(),
                "The token of " + issuer.label() + " has " + length
                        + " characters, and is too long for a session in a browser. Use a personal token, or ask an"
                        + " administrator for a token with fewer groups.");
    }

    private RestResponse<String> refused(SignInIssuer issuer, SignInFlow.Begun begun, @Nullable String error) {
        boolean named = error != null && error.matches("[a-z_]{1,60}");
        Log.infof("The issuer '%s' refused a sign-in: %s", issuer.name(), named ? error : "without a known error");
        return views.ask(
                Status.FORBIDDEN,
                begun.next(),
                DENIED.equals(error)
                        ? "You were not let in by " + issuer.label() + ", or did not want to be."
                        : issuer.label() + " refused the sign-in" + (named ? " (" + error + ")." : "."));
    }

    private RestResponse<String> failed(SignInFailed failed, String next) {
        Log.warnf("A sign-in by an issuer failed: %s", failed.detail());
        Status status = switch (failed.reason()) {
            case AWAY -> Status.SERVICE_UNAVAILABLE;
            case CODE -> Status.BAD_REQUEST;
            case CLIENT, TOKEN -> Status.FORBIDDEN;
        };
        return views.ask(status, next, failed.text());
    }
}
