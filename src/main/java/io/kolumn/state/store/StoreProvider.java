package io.kolumn.state.store;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One type of storage. To add one, implement this, and name the class in {@code META-INF/services} or make it a CDI bean;
 * {@code kolumn.state.backend=<type>} picks it, and its keys are {@code kolumn.state.<type>.<key>}. Nothing else is edited.
 */
public interface StoreProvider {

    /** The name of the type, such as {@code local}: lower-case letters, digits and dashes. */
    String type();

    /** Other names that people know it by. */
    default Set<String> aliases() {
        return Set.of();
    }

    /** One line on what it is, for people who choose. */
    String text();

    /** The keys that it has; anything else under its name is an error. */
    List<ConfigKey> keys();

    /**
     * What is wrong with values that are each right by themselves; empty if nothing is. May look at files, opens nothing.
     */
    default List<Problem> problems(StoreConfig config) {
        return List.of();
    }

    /**
     * The key of this type, if it has one, that says how many lock sessions of a state are kept. Set, it wins over
     * {@code kolumn.state.retention.sessions}; its default only over that one's default.
     */
    default Optional<String> sessionsKey() {
        return Optional.empty();
    }

    /**
     * The store with these values, for which {@link #problems} found nothing. Must not wait for a storage that is away:
     * that is for the store's methods to say.
     */
    StateStore open(StoreConfig config);

    /**
     * As {@link #open}, for the one store that the service serves: it may work with the application's own pools and
     * clients, which are set up from the same values and stay when the store is closed.
     */
    default StateStore serve(StoreConfig config) {
        return open(config);
    }

    /**
     * As {@link #open}, for what only reads, such as a command that lists: makes, mends, adopts and upgrades nothing. A storage
     * that was never written to is {@link io.kolumn.state.StateException.Unavailable} at the first question where that can be
     * told, rather than empty.
     */
    default StateStore openToRead(StoreConfig config) {
        return new ReadOnlyStore(open(config));
    }

    /** As {@link #openToRead}, of the configured storage: by what {@link #serve} would use. */
    default StateStore serveToRead(StoreConfig config) {
        return openToRead(config);
    }

    /** Whether what is written outlives this process, and another process sees it. */
    default boolean lasting() {
        return true;
    }
}
