package io.kolumn.state.security;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
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
        boolean encrypted = context.request().isSSL();
        context.addHeadersEndHandler(sent -> {
            MultiMap headers = context.response().headers();
            put(headers, "X-Content-Type-Options", "nosniff");
            put(headers, "Referrer-Policy", "no-referrer");
            put(headers, "X-Frame-Options", "DENY");
            put(headers, "Cache-Control", "no-store");
            if (!pages) {
                put(headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            }
            if (encrypted) {
                put(headers, "Strict-Transport-Security", "max-age=31536000");
            }
        });
        context.next();
    }

    private static void put(MultiMap headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
