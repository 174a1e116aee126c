package io.kolumn.state.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is refused before any resource is asked, by what the request line and the headers say: paths that a router would
 * quietly tidy up, web pages of other origins, encoded bodies, and lengths that are none.
 */
@Singleton
final class RequestFilter {

    private static final List<String> GUARDED = List.of(
            "/v1",
            "/terraform",
            "/terraform-lock",
            "/terraform-unlock",
            "/terraform-outputs",
            ErrorFormat.JSON_API_ROOT,
            ErrorFormat.PAGES_ROOT,
            "/.well-known/terraform.json");
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** {@code @} and {@code ~}, which stand in addresses of workspaces, and which some clients encode. */
    private static final Pattern WORKSPACE_SIGN = Pattern.compile("%40|%7E", Pattern.CASE_INSENSITIVE);

    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    /** Before the server's own limit of a body, whose answer says nothing. */
    private static final int PRIORITY = 100;

    /** Read with the first request: where nothing listens, nobody minds what is wrong with it. */
    private final Instance<ServiceConfig> config;

    /** Made with the first refusal: making it takes a good part of a start. */
    private final Instance<ObjectMapper> json;

    RequestFilter(Instance<ServiceConfig> config, Instance<ObjectMapper> json) {
        this.config = config;
        this.json = json;
    }

    void register(@Observes Filters filters) {
        filters.register(this::guard, PRIORITY);
    }

    private void guard(RoutingContext context) {
        if (!guarded(context.request().path()) && !guarded(context.normalizedPath())) {
            context.next();
            return;
        }
        HeldResources held = HeldResources.of(context);
        if (!SAFE.contains(context.request().method())) {
            Context eventLoop = context.vertx().getOrCreateContext();
            held.untilTheEnd(() -> eventLoop.runOnContext(now -> drain(context)));
        }
        Problem problem = problem(context.request());
        if (problem == null) {
            if (!SAFE.contains(context.request().method())) {
                RequestBody.receive(context);
            }
            context.next();
            return;
        }
        ProblemAnswer.send(context, problem, json.get());
    }

    /**
     * Reads what is still to come of a body that was refused early: a client that sends all of it before it reads the
     * answer would wait forever. One that sends without end, or stands still, is cut off.
     */
    private void drain(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || context.response().closed()) {
            return;
        }
        long most = config.get().maxDocumentSize();
        AtomicLong drained = new AtomicLong();
        request.handler(bytes -> {
            if (drained.addAndGet(bytes.length()) > most) {
                Transfer.cut(request);
            }
        });
        request.resume();
        drainedInTime(context, drained, 0);
    }

    private void drainedInTime(RoutingContext context, AtomicLong drained, long before) {
        context.vertx().setTimer(config.get().bodyTimeout().toMillis(), timer -> {
            if (context.request().isEnded() || context.response().closed()) {
                return;
            }
            if (drained.get() - before < Transfer.LEAST) {
                Transfer.cut(context.request());
            } else {
                drainedInTime(context, drained, drained.get());
            }
        });
    }

    private static boolean guarded(@Nullable String path) {
        return path != null
                && GUARDED.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    private @Nullable Problem problem(HttpServerRequest request) {
        String path = pathProblem(request.path());
        if (path != null) {
            return Problem.invalid(
                    400,
                    "The path " + path
                            + ". A state name has segments [A-Za-z0-9_.][A-Za-z0-9._-]*, joined by single slashes and without"
                            + " percent-encoding. Only /v1 accepts %2F for a slash.");
        }
        if (!SAFE.contains(request.method()) && foreign(request)) {
            return Problem.forbidden("same-origin", "A web page of another origin cannot change states.");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Problem.invalid(415, "A body with a Content-Encoding is not accepted. Send it unencoded.");
        }
        return noLength(request.getHeader("Content-Length"));
    }

    /**
     * A client would take a redirect, or an answer for another path, for its own success; so these are errors. A slash of a
     * name is {@code %2F} to the clients that are generated from the description of {@code /v1}; it counts as a slash here,
     * and whoever decodes the rest of the path finds nothing else to decode.
     */
    static @Nullable String pathProblem(@Nullable String asked) {
        String path = decoded(asked);
        if (path == null || path.indexOf('%') >= 0) {
            return "is percent-encoded";
        }
        if (path.indexOf(';') >= 0) {
            return "has a ';'";
        }
        if (path.contains("//")) {
            return "has a doubled slash";
        }
        if (path.contains("/./") || path.contains("/../") || path.endsWith("/.") || path.endsWith("/..")) {
            return "has a segment '.' or '..'";
        }
        return path.endsWith("/") ? "ends with a slash" : null;
    }

    private static @Nullable String decoded(@Nullable String path) {
        if (path == null || path.indexOf('%') < 0) {
            return path;
        }
        return ErrorFormat.of(path) == ErrorFormat.JSON_API
                ? WORKSPACE_SIGN.matcher(path).replaceAll("~")
                : path.startsWith("/v1/") ? ApiDescription.decoded(path) : path;
    }

    /** A browser names the page's origin with every request that is not safe; others name none. */
    private static boolean foreign(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return "cross-site".equals(request.getHeader("Sec-Fetch-Site"));
        }
        try {
            String authority = URI.create(origin).getRawAuthority();
            String host = host(request);
            return authority == null || host == null || !authority.equalsIgnoreCase(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static @Nullable Problem noLength(@Nullable String contentLength) {
        return contentLength == null || LENGTH.matcher(contentLength).matches()
                ? null
                : Problem.invalid(400, "The Content-Length is not a number.");
    }

    /** HTTP/2 has it in :authority, which is not a header here. */
    private static @Nullable String host(HttpServerRequest request) {
        String host = request.getHeader("Host");
        HostAndPort authority = request.authority();
        return host != null || authority == null ? host : authority.toString();
    }
}
