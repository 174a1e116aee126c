package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.memory.MemoryStore;
import jakarta.inject.Singleton;
import java.util.List;

/** A type of storage as somebody adds one: this class and nothing else. */
@Singleton
public final class VaultExample implements StoreProvider {

    @Override
    public String type() {
        return "vault-example";
    }

    @Override
    public String text() {
        return "A storage of the tests' own.";
    }

    @Override
    public List<ConfigKey> keys() {
        return List.of(
                ConfigKey.of("room", ConfigKey.Type.TEXT, "Which room of the vault.")
                        .mandatory(),
                ConfigKey.of("api_token", ConfigKey.Type.TEXT, "The token to open it with.")
                        .mandatory()
                        .confidential(),
                ConfigKey.integer("pin", 1000, 9999, "Its pin.").confidential(),
                ConfigKey.choice("door", List.of("front", "back"), "Which door.")
                        .withDefault("front"));
    }

    @Override
    public StateStore open(StoreConfig config) {
        return new MemoryStore();
    }
}
