package io.kolumn.state.store;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A type of storage. To add one, implement this, and name the class in {@code META-INF/services} or make it a CDI bean.
 * {@code kolumn.state.backend=<type>} selects it, and its keys are {@code kolumn.state.<type>.<key>}. Nothing else has to
 * change.
 */
public interface StoreProvider {

    /** Returns the name of the type, such as {@code local}: lower-case letters, digits and dashes. */
    String type();

    /** Returns other names of the type. */
    default Set<String> aliases() {
        return Set.of();
    }

    /** Returns a one-line description. */
    String text();

    /** Returns the keys of the type; other keys under its name are errors. */
    List<ConfigKey> keys();

    /** Returns problems of values that are each valid, or an empty list. May read files, but opens nothing. */
    default List<Problem> problems(StoreConfig config) {
        return List.of();
    }

    /**
     * Returns the key of this type for the number of lock sessions to keep, or empty. If set, it overrides {@code
     * kolumn.state.retention.sessions}; its default only overrides that default.
     */
    default Optional<String> sessionsKey() {
        return Optional.empty();
    }

    /**
     * Opens a store with values for which {@link #problems} found nothing. It must not wait for an unavailable
     * storage: the store's methods report that.
     */
    StateStore open(StoreConfig config);

    /**
     * Opens the store of the service. It may use the application's own pools and clients, which are configured by the
     * same values and stay open.
     */
    default StateStore serve(StoreConfig config) {
        return open(config);
    }

    /**
     * Opens a store for reading only, such as for a command that lists. It creates, repairs, adopts and upgrades
     * nothing. If the storage was never written and that is detectable, its first call throws {@link
     * io.kolumn.state.StateException.Unavailable}.
     */
    default StateStore openToRead(StoreConfig config) {
        return new ReadOnlyStore(open(config));
    }

    /** Opens the configured storage for reading only, with the resources of {@link #serve}. */
    default StateStore serveToRead(StoreConfig config) {
        return openToRead(config);
    }

    /** Returns whether writes survive this process and are visible to others. */
    default boolean lasting() {
        return true;
    }
}
