package io.kolumn.state.server;

import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.events.EventFeed;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The first thing that happens when the service is told to end. Ready is DOWN from then on and requests are still answered,
 * for {@code quarkus.shutdown.delay}; then those under way are finished, for {@code quarkus.shutdown.timeout} at most.
 */
@Singleton
final class Shutdown {

    /**
     * Who waits for a lock may do so for minutes, and who reads events for days: longer than there is time. Where nothing listens, nothing is opened for
     * this.
     */
    void begin(
            @Observes ShutdownDelayInitiatedEvent event,
            Instance<StateBackend> backend,
            Instance<EventFeed> events,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        if (listening) {
            backend.get().stopWaiting();
            events.get().stopStreams();
        }
    }
}
