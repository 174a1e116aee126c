package io.kolumn.state.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What every answer says to a browser, unless it says something else itself. */
@Singleton
final class SecurityHeaders {

    /** Before everything that may answer. */
    private static final int PRIORITY = 200;

    void register(@Observes Filters filters) {
        filters.register(this::add, PRIORITY);
    }

    private void add(RoutingContext context) {
        boolean pages =
                context.request().path() != null && context.request().path().startsWith("/q/");
        boolean lasting = context.request().isSSL() && !atLocalhost(context.request());
        context.addHeadersEndHandler(sent -> {
            MultiMap headers = context.response().headers();
            put(headers, "X-Content-Type-Options", "nosniff");
            put(headers, "Referrer-Policy", "no-referrer");
            put(headers, "X-Frame-Options", "DENY");
            put(headers, "Cache-Control", "no-store");
            if (!pages) {
                put(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            }
            if (lasting) {
                put(headers, "Strict-Transport-Security", "max-age=31536000");
            }
        });
        context.next();
    }

    /** A browser would ask every other service of this machine for TLS too, at each of its ports, for a year. */
    private static boolean atLocalhost(HttpServerRequest request) {
        HostAndPort asked = Hosts.asked(request);
        return asked != null && asked.host().equalsIgnoreCase("localhost");
    }

    private static void put(MultiMap headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
