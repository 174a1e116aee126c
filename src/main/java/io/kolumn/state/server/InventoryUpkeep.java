package io.kolumn.state.server;

import io.kolumn.state.inventory.Inventory;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Keeps the inventory up as long as the service listens. It ends before the backend that it reads. */
@Singleton
final class InventoryUpkeep {

    private final Instance<Inventory> inventory;
    private final boolean listening;

    InventoryUpkeep(
            Instance<Inventory> inventory,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        this.inventory = inventory;
        this.listening = listening;
    }

    /** After every check of the start: where one refuses, nothing was read or written for it. */
    void begin(@Observes @Priority(ObserverMethod.DEFAULT_PRIORITY + 1) StartupEvent event) {
        if (listening) {
            inventory.get().start();
        }
    }

    void end(@Observes ShutdownEvent event) {
        if (listening) {
            inventory.get().close();
        }
    }
}
