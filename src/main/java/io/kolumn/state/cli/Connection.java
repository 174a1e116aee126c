package io.kolumn.state.cli;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.transfer.WholeStates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a verb is connected to: an application of this process, or a running service. */
interface Connection extends AutoCloseable {

    /**
     * A type of storage, for people.
     *
     * @param type its name
     * @param aliases other names of it
     * @param text one line on what it is
     * @param keys in the order of its table
     */
    record Type(String type, Set<String> aliases, String text, List<Key> keys) {}

    /**
     * A key of a type.
     *
     * @param name with underscores
     * @param kind of value, in lower case
     * @param defaultValue null for none
     * @param required whether there must be a value
     * @param secret whether its value is never shown
     * @param text one line on what it is for
     */
    record Key(
            String name, String kind, @Nullable String defaultValue, boolean required, boolean secret, String text) {}

    List<Type> types();

    /** The keys as application.properties shows them, with their values; secret ones redacted. */
    Map<String, String> configuration();

    /** Opened once, closed with the connection. */
    States states();

    /** The storage itself; empty where only a service is known. Closed with the connection. */
    Optional<StateBackend> backend();

    /** What is below all rules and below encryption, newly opened, for the caller to close; empty where {@link #backend} is. */
    Optional<StateStore> store();

    /** The same as wholes, for what carries them elsewhere or looks at everything. */
    default WholeStates wholeStates() {
        return WholeStates.of(backend().orElseThrow());
    }

    @Override
    void close();
}
