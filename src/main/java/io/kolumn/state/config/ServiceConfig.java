package io.kolumn.state.config;

import io.kolumn.state.BackendSettings;
import java.time.Duration;

/**
 * The checked configuration of the service.
 *
 * @param provider the type of storage to serve
 * @param store the values of its keys
 * @param service the values of the service's own keys
 */
public record ServiceConfig(StoreProvider provider, StoreConfig store, StoreConfig service) {

    public BackendSettings backendSettings() {
        BackendSettings defaults = BackendSettings.defaults();
        return new BackendSettings(
                keptVersions(),
                service.duration("retention.age").orElse(null),
                service.duration("lock.max_clock_skew").orElse(Duration.ZERO),
                (int) service.number("quarantine.keep"),
                defaults.keptAsideSize(),
                service.flag("lock.force_unlock"));
    }

    /** What was set wins over a default; of two that were set, the storage's own key. */
    private int keptVersions() {
        boolean general = service.isGiven("retention.versions");
        return (int) provider.keptVersionsKey()
                .filter(key -> store.isGiven(key) || !general)
                .map(store::number)
                .orElseGet(() -> service.number("retention.versions"))
                .longValue();
    }

    /** In bytes. */
    public long maxDocumentSize() {
        return service.size("max_document_size");
    }

    /** In bytes; never more than half of the heap. */
    public long maxInFlight() {
        return Math.min(service.size("max_in_flight"), Runtime.getRuntime().maxMemory() / 2);
    }

    /** In bytes; never more than a quarter of the heap. */
    public long cacheSize() {
        return Math.min(service.size("cache.size"), Runtime.getRuntime().maxMemory() / 4);
    }

    public EncryptionConfig encryption() {
        return new EncryptionConfig(service);
    }

    public boolean allowAnonymous() {
        return service.flag("allow_anonymous");
    }
}
