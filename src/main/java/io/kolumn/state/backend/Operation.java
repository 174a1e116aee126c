package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One finished call of a {@link StateBackend}, for logs and metrics.
 *
 * @param kind which call
 * @param name of the state; null for a listing
 * @param target the name that the state was moved or copied to; null for any other call
 * @param outcome "ok", "unchanged", or the code of the {@link StateException}; "error" for a bug
 * @param changed whether the state is another than before
 * @param author who asked, as far as known; else what a caller who holds the lock says of itself there; else empty
 * @param version the version that was read or written; null if none was
 * @param lock the lock that was taken, held, released or broken; null if none was
 * @param refusal the exception that ended it, null if it succeeded
 * @param purged what was removed for good, or was to be; null of other calls
 * @param took how long it took, waiting for a lock included
 */
public record Operation(
        Kind kind,
        @Nullable StateName name,
        @Nullable StateName target,
        String outcome,
        boolean changed,
        String author,
        @Nullable StateVersion version,
        @Nullable Lock lock,
        @Nullable RuntimeException refusal,
        @Nullable PurgeResult purged,
        Duration took) {

    /** The calls that are told of. */
    public enum Kind {
        GET,
        PUT,
        DELETE,
        LIST,
        HISTORY,
        LOCK,
        RENEW,
        UNLOCK,
        /** A lock was broken, or was to be: without its id, or by another than its owner. */
        UNLOCK_FORCE,
        LOCK_OF,
        RESTORE,
        DIFF,
        OUTPUTS,
        EXPORT,
        ADOPT,
        MOVE,
        COPY,
        /** What an old address says of a move was taken away. */
        MOVE_END,
        PURGE;

        /** Whether it is there to change a state. */
        boolean changes() {
            return switch (this) {
                case PUT, DELETE, LOCK, RENEW, UNLOCK, UNLOCK_FORCE, RESTORE, ADOPT, MOVE, COPY, MOVE_END, PURGE ->
                    true;
                case GET, LIST, HISTORY, LOCK_OF, DIFF, OUTPUTS, EXPORT -> false;
            };
        }

        /** Whether it takes as long as the state is large. */
        boolean ofAnySize() {
            return this == ADOPT || this == MOVE || this == COPY;
        }

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
