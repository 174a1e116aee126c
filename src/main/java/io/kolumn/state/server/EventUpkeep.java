package io.kolumn.state.server;

import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.events.EventFeed;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Keeps the feed of events up as long as the service listens. It ends before the backend to which it listens. */
@Singleton
final class EventUpkeep {

    private final Instance<EventFeed> events;
    private final Instance<StateBackend> backend;
    private final boolean listening;

    EventUpkeep(
            Instance<EventFeed> events,
            Instance<StateBackend> backend,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        this.events = events;
        this.backend = backend;
        this.listening = listening;
    }

    /** After every check of the start: where one refuses, nothing was read or written for it. */
    void begin(@Observes @Priority(ObserverMethod.DEFAULT_PRIORITY + 1) StartupEvent event) {
        if (listening) {
            events.get().start(backend.get().indexing());
        }
    }

    void end(@Observes ShutdownEvent event) {
        if (listening) {
            events.get().close();
        }
    }
}
