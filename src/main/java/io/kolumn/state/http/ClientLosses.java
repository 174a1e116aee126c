package io.kolumn.state.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Lets each request run to its end, also if its client has gone. Quarkus REST 3.32.1 sets the position in its list of handlers
 * to the end when an answer closes, from another thread than the one that runs them. So the rest of a request could be left
 * out after it had changed something; and where an error had changed to the shorter list, it never reached the end of that, and
 * ran for ever.
 */
@Singleton
final class ClientLosses {

    /** On the event loop and so before the answer can close: this takes the place of the handler that was just registered. */
    @ServerRequestFilter(nonBlocking = true)
    void take(RoutingContext context, ContainerRequestContext request) {
        HeldResources held = HeldResources.of(context);
        context.response().closeHandler(closed -> held.end());
        RequestBody body = RequestBody.of(context);
        if (body != null) {
            request.setEntityStream(body);
        }
    }
}
