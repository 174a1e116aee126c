package io.kolumn.state.http;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.arc.Arc;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Every error as problem+json. */
@Singleton
final class ProblemMapper {

    /** Seconds after which a client may try again. */
    private static final String RETRY_AFTER = "2";

    private final ServiceConfig config;
    private final CallerSource guard;
    private final CurrentVertxRequest requests;

    ProblemMapper(ServiceConfig config, CallerSource guard, CurrentVertxRequest requests) {
        this.config = config;
        this.guard = guard;
        this.requests = requests;
    }

    @ServerExceptionMapper
    RestResponse<Problem> refused(StateException error) {
        if (error instanceof Unavailable) {
            Log.warn(error.getMessage(), error.getCause());
        } else if (!(error instanceof NotFound)) {
            because(error.getMessage());
        }
        RestResponse.ResponseBuilder<Problem> answer = answer(problem(error));
        if (error instanceof Unavailable) {
            answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        if (error instanceof Unauthenticated && format() != ErrorFormat.PAGE) {
            Problem.CHALLENGES.forEach(challenge -> answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge));
        }
        return answer.build();
    }

    /** Where the storage is, and what it is, is for whoever may see how the service is set up. */
    private Problem problem(StateException error) {
        if (error instanceof Forbidden forbidden && format() == ErrorFormat.JSON_API) {
            return Problem.forbidden(forbidden); // a 404 would make the client create the workspace
        }
        return error instanceof Unavailable away && !mayAdmin()
                ? Problem.unavailable(away.publicMessage())
                : Problem.of(error, config.type());
    }

    private boolean mayAdmin() {
        try {
            Caller caller = guard.caller();
            return !caller.expired() && caller.mayEverywhere(Permission.ADMIN);
        } catch (Unauthenticated nobody) {
            return false;
        }
    }

    /** What JAX-RS itself refuses: no such path, method or media type. */
    @ServerExceptionMapper
    RestResponse<Problem> refused(WebApplicationException error, UriInfo asked) {
        Response made = error.getResponse();
        Problem problem = problem(made, asked.getPath());
        because(problem.detail());
        RestResponse.ResponseBuilder<Problem> answer = answer(problem);
        if (made.getStatus() == 405) {
            ApiDescription.route(asked.getPath()).ifPresent(route -> answer.header(HttpHeaders.ALLOW, route.allowed()));
        }
        made.getHeaders().forEach((name, values) -> {
            if (!name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)) {
                values.forEach(value -> answer.header(name, value));
            }
        });
        return answer.build();
    }

    private void because(@Nullable String reason) {
        RoutingContext context = current();
        if (context != null) {
            Refused.because(context, reason);
        }
    }

    private ErrorFormat format() {
        RoutingContext context = current();
        return ErrorFormat.of(context == null ? null : context.request().path());
    }

    private @Nullable RoutingContext current() {
        return Arc.container().requestContext().isActive() ? requests.getCurrent() : null;
    }

    /** To Terraform a 404 is a state that is not there yet: at a misspelled address it would make everything anew. */
    private static Problem problem(Response made, String path) {
        if (made.getStatus() == 404 && ErrorFormat.of(path) == ErrorFormat.JSON_API) {
            return Problem.plain(404, "Not found");
        }
        if (made.getStatus() == 404 && ErrorFormat.of(path) == ErrorFormat.PAGE) {
            return Problem.of(404, "Not found", "There is no such page.");
        }
        if (made.getStatus() == 404 && !isPage(path)) {
            return Problem.invalid(
                    400,
                    "There is no resource at " + QueryParameters.shown(path)
                            + ". States are at /terraform/{name} for Terraform and OpenTofu, and at /v1/states/{name} for"
                            + " other clients. /q/openapi describes the whole API.");
        }
        if (made.getStatus() == 405) {
            return Problem.plain(405, forbiddenMethod(path));
        }
        if (made.getStatus() == 406) {
            return Problem.plain(
                    406,
                    "Answers are application/json, errors are application/problem+json. Accept both, or omit the"
                            + " Accept header.");
        }
        return made.getStatus() == 415
                ? Problem.invalid(415, "The body must be application/json.")
                : Problem.plain(made.getStatus(), made.getStatusInfo().getReasonPhrase());
    }

    private static String forbiddenMethod(String path) {
        return path.startsWith("/terraform-outputs/")
                ? "Outputs can only be read here. The backend's address, lock_address and unlock_address are"
                        + " /terraform/{name}."
                : "The resource does not support this method. The header Allow lists the supported ones.";
    }

    private static boolean isPage(String path) {
        return path.isEmpty() || path.equals("/") || path.equals("/q") || path.startsWith("/q/");
    }

    @ServerExceptionMapper
    RestResponse<Problem> stalled(StalledBodyException error) {
        return answer(Problem.invalid(
                        408,
                        "The body was stalled for " + config.bodyTimeout().toSeconds()
                                + " seconds (kolumn.state.body-timeout). Send it again."))
                .build();
    }

    /** The client went away while its body was read; nobody reads this answer. */
    @ServerExceptionMapper
    RestResponse<Problem> interrupted(IOException error) {
        Log.debugf("A request ended too early: %s", error);
        return answer(Problem.invalid(400, "The body ended too early.")).build();
    }

    @ServerExceptionMapper
    RestResponse<Problem> bug(RuntimeException error) {
        Log.error("A request failed", error);
        return answer(Problem.plain(500, "Internal error. The log of the service has the details."))
                .build();
    }

    private static RestResponse.ResponseBuilder<Problem> answer(Problem problem) {
        return RestResponse.ResponseBuilder.<Problem>create(problem.status(), problem.title())
                .entity(problem)
                .type(MediaType.valueOf(Problem.MEDIA_TYPE));
    }
}
