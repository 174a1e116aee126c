package io.kolumn.state.ui;

import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/** {@code /} leads a browser to the pages; what a program gets there stays as it is. */
@Singleton
final class Entrance {

    /** In front of the question who calls, which the pages ask themselves. */
    private static final int PRIORITY = 95;

    private final Instance<ServiceConfig> config;

    Entrance(Instance<ServiceConfig> config) {
        this.config = config;
    }

    void register(@Observes Filters filters) {
        filters.register(this::lead, PRIORITY);
    }

    private void lead(RoutingContext context) {
        String path = context.request().path();
        boolean front = "/".equals(path) || (ErrorFormat.PAGES_ROOT + "/").equals(path);
        if (front && browser(context.request()) && config.get().pages()) {
            context.response()
                    .setStatusCode(303)
                    .putHeader("Location", ErrorFormat.PAGES_ROOT)
                    .end();
        } else {
            context.next();
        }
    }

    private static boolean browser(HttpServerRequest request) {
        String accepted = request.getHeader("Accept");
        return (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
                && accepted != null
                && accepted.contains("text/html");
    }
}
