package io.kolumn.state.inventory;

import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;

/** The keys of the inventory, and its settings out of their values. */
public final class InventoryKeys {

    private static final String ENABLED = "inventory.enabled";
    private static final String ENCRYPTED = "inventory.encrypted_states";
    private static final String MAX_SIZE = "inventory.max_document_size";
    private static final String CACHE = "inventory.cache_size";
    private static final String INTERVAL = "inventory.scan_interval";

    /** In the order of the reference. */
    public static final List<ConfigKey> ALL = List.of(
            ConfigKey.of(
                            ENABLED,
                            ConfigKey.Type.BOOLEAN,
                            "Whether to index the resources of current documents in the background, for /v1/resources and /v1/stats.")
                    .withDefault("true"),
            ConfigKey.choice(
                            ENCRYPTED,
                            List.of("index", "skip"),
                            "With kolumn.state.encryption: index states and encrypt each index by the key of its state, or index nothing.")
                    .withDefault("index"),
            ConfigKey.of(
                            MAX_SIZE,
                            ConfigKey.Type.SIZE,
                            "Maximum size of a document that is indexed. It is read into memory for that.")
                    .withDefault("32M"),
            ConfigKey.of(
                            CACHE,
                            ConfigKey.Type.SIZE,
                            "Memory for indexes of storages other than PostgreSQL, at most an eighth of the heap.")
                    .withDefault("32M"),
            ConfigKey.of(
                            INTERVAL,
                            ConfigKey.Type.DURATION,
                            "How often the states are compared with the index, for changes by other replicas and programs.")
                    .withDefault("30s")
                    .atLeast(1000));

    private InventoryKeys() {}

    /**
     * Returns the settings.
     *
     * @param values of {@link #ALL}
     * @param encrypts whether new documents are encrypted by the service
     */
    public static InventorySettings settings(StoreConfig values, boolean encrypts) {
        String off = null;
        if (!values.flag(ENABLED)) {
            off = "The inventory is disabled (kolumn.state.inventory.enabled=false).";
        } else if (encrypts && values.text(ENCRYPTED).filter("skip"::equals).isPresent()) {
            off = "The states are encrypted and not indexed (kolumn.state.inventory.encrypted-states=skip).";
        }
        return new InventorySettings(
                off,
                values.size(MAX_SIZE),
                Math.min(values.size(CACHE), Runtime.getRuntime().maxMemory() / 8),
                values.duration(INTERVAL).orElseThrow());
    }
}
