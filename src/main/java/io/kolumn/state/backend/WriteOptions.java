package io.kolumn.state.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options for writing or deleting a state.
 *
 * @param author the name of the writer, if known; if empty, the holder of the lock is recorded
 * @param lockId the id of the lock that the writer claims to hold; null for none
 * @param force whether to skip the checks of serial and lineage
 * @param preconditions conditions that must all hold
 */
public record WriteOptions(String author, @Nullable String lockId, boolean force, List<Precondition> preconditions) {

    public WriteOptions {
        preconditions = List.copyOf(preconditions);
    }

    public static WriteOptions none() {
        return new WriteOptions("", null, false, List.of());
    }

    public static WriteOptions by(String author) {
        return new WriteOptions(author, null, false, List.of());
    }

    /** Returns the options with the authenticated identity as the author. */
    WriteOptions authoredBy(Caller caller) {
        return caller.subject().isEmpty() ? this : new WriteOptions(caller.subject(), lockId, force, preconditions);
    }

    public WriteOptions withLock(@Nullable String id) {
        return new WriteOptions(author, id, force, preconditions);
    }

    public WriteOptions forced() {
        return new WriteOptions(author, lockId, true, preconditions);
    }

    public WriteOptions when(Precondition... asked) {
        return new WriteOptions(author, lockId, force, List.of(asked));
    }
}
