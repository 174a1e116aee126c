package io.kolumn.state.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a state is written or deleted.
 *
 * @param author who writes, as far as known; empty if not: then the holder of the lock is named in the record
 * @param lockId the id of the lock that the writer believes to hold; null if it believes to hold none
 * @param force skips the rules on serial and lineage, and nothing else
 * @param preconditions all of them must hold
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

    /** Whose identity was proven is the author, whatever it says. */
    WriteOptions provenBy(Caller caller) {
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
