package io.kolumn.state.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Gives every request whose answer may be coded, or has no body, or is one stream of many, an {@link UniformResponse}, whoever answers it: a resource, a
 * page of Quarkus, or what refuses it before. See ADR 0031.
 */
@Singleton
final class UniformAnswers {

    /** Before everything else, such as Quarkus's access log, which would see the request twice. */
    private static final int FIRST = Integer.MIN_VALUE;

    void register(@Observes Router router) {
        router.route().order(FIRST).handler(context -> even(router, context));
    }

    private static void even(Router router, RoutingContext context) {
        HttpServerRequest request = context.request();
        if (needed(request) && !(context.response() instanceof UniformResponse)) {
            router.handle(new EvenRequest(request));
            return;
        }
        context.addHeadersEndHandler(sent -> vary(context.response().headers()));
        context.next();
    }

    private static boolean needed(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                || request.method().equals(HttpMethod.HEAD)
                || request.headers().contains(HttpHeaders.ACCEPT_ENCODING);
    }

    /** Whatever is answered here depends on what the client accepts. */
    private static void vary(MultiMap headers) {
        if (!headers.contains(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING, true)) {
            headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        }
    }

    /** The same request with the other answer. */
    private static final class EvenRequest extends HttpServerRequestWrapper {
        private final UniformResponse response;

        EvenRequest(HttpServerRequest request) {
            super((HttpServerRequestInternal) request);
            this.response = new UniformResponse(request);
        }

        @Override
        public HttpServerResponse response() {
            return response;
        }
    }
}
