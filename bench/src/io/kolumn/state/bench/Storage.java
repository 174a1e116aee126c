package io.kolumn.state.bench;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Where services keep their states while they are measured, and what the same place does without a service. */
interface Storage extends AutoCloseable {

    String name();

    /** Returns the settings of a service of a package; each package has a place of its own, and always the same one. */
    Map<String, String> settings(Subject subject) throws Exception;

    /**
     * Returns what one client does with the bare place: the same bytes written or read without a service. Empty where there is
     * no equal, or what it takes is not installed.
     */
    Optional<BareCall> bare(Operation operation, int size, int client) throws Exception;

    /** What the bare side is, for the tables. */
    String bareLabel(Operation operation);

    /** Ends what was started for this storage. */
    @Override
    void close() throws IOException;

    /** A call that holds a connection. */
    interface BareCall extends Load.Call, AutoCloseable {}
}
