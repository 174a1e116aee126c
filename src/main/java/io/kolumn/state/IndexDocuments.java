package io.kolumn.state;

import java.util.Optional;

/**
 * One small document beside each state, in which the inventory keeps the index of a version. It is a copy that can be made
 * again: it needs no durability, may be lost at any time, and nobody decides anything by it. Methods throw {@link
 * StateException.Unavailable} as those of {@link StateStore} do.
 *
 * <p>{@link StateStore#clear} removes it, too.
 */
public interface IndexDocuments {

    /**
     * Stores the document of a state, which need not exist, and replaces an earlier one. Readers see all of it or none. A
     * storage that has tables, too ({@link ResourceTable}), removes what is in them of the state.
     */
    void put(StateName name, byte[] index);

    /** Returns the document of a state, or empty if there is none. */
    Optional<byte[]> get(StateName name);

    /** Removes the document of a state. A missing one is not an error. */
    void delete(StateName name);
}
