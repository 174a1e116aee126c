package io.kolumn.state.store.memory;

import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.StoreProvider;
import jakarta.inject.Singleton;
import java.util.List;

/** {@code kolumn.state.backend=memory}: no keys. */
@Singleton
public final class MemoryProvider implements StoreProvider {

    @Override
    public String type() {
        return "memory";
    }

    @Override
    public String text() {
        return "In this process alone; lost when it ends. For trying things out and for tests.";
    }

    @Override
    public List<ConfigKey> keys() {
        return List.of();
    }

    @Override
    public boolean lasting() {
        return false;
    }

    @Override
    public StateStore open(StoreConfig config) {
        return new MemoryStore();
    }
}
