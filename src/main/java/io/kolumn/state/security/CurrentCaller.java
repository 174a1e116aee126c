package io.kolumn.state.security;

import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Tells the backend who calls: whoever made the request that this thread works for. Where callers have to prove who they
 * are, a call outside of any request is refused, so that no way around the door stays open by mistake; but for a command
 * that serves nobody, whose user has the storage itself at hand.
 */
@Singleton
final class CurrentCaller implements CallerSource {

    private final boolean proofNeeded;
    private final CurrentVertxRequest requests;

    CurrentCaller(
            ServiceConfig config,
            CurrentVertxRequest requests,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean serving) {
        this.proofNeeded = config.authenticates() && serving;
        this.requests = requests;
    }

    @Override
    public Caller caller() {
        RequestCaller caller = ofRequest();
        if (caller != null) {
            return caller;
        }
        if (proofNeeded) {
            throw new Unauthenticated("Authentication is required, and this call has no caller.");
        }
        return Caller.TRUSTED;
    }

    @Override
    public Supplier<Optional<Caller>> standing() {
        ManagedContext scope = Arc.container().requestContext();
        RoutingContext context = scope.isActive() ? requests.getCurrent() : null;
        return context == null || RequestCaller.of(context) == null
                ? CallerSource.super.standing()
                : RequestCaller.again(context);
    }

    /** Null outside of a request. */
    @Nullable
    RequestCaller ofRequest() {
        ManagedContext scope = Arc.container().requestContext();
        RoutingContext context = scope.isActive() ? requests.getCurrent() : null;
        return context == null ? null : RequestCaller.of(context);
    }
}
