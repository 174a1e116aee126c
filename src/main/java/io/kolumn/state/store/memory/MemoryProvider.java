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
        return "In memory of the process, lost when it ends. For tests and first steps.";
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
