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
 * @param kind the kind of the call
 * @param name of the state; null for a list
 * @param target the target name of a move or copy; null for other calls
 * @param outcome "ok", "unchanged", or the code of the {@link StateException}; "error" for a bug
 * @param changed whether the state has changed
 * @param author the caller, if known; otherwise the name that the holder of the lock claims, or empty
 * @param version the version that was read or written, or null
 * @param lock the lock that was taken, held, released or broken, or null
 * @param refusal the exception of the call; null if it succeeded
 * @param purged the requested or purged data; null for other calls
 * @param took the duration, including the wait for a lock
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

    /** The kinds of calls. */
    public enum Kind {
        GET,
        PUT,
        /** A state was made without a version. */
        CREATE,
        /** The labels of a state were changed. */
        LABEL,
        DELETE,
        LIST,
        HISTORY,
        LOCK,
        RENEW,
        UNLOCK,
        /** A lock was broken, or an attempt to: without its id, or by another than its owner. */
        UNLOCK_FORCE,
        LOCK_OF,
        RESTORE,
        DIFF,
        OUTPUTS,
        EXPORT,
        ADOPT,
        MOVE,
        COPY,
        /** The old name of a moved state was freed. */
        MOVE_END,
        PURGE;

        /** Returns whether it changes states. */
        public boolean changes() {
            return switch (this) {
                case PUT,
                        CREATE,
                        LABEL,
                        DELETE,
                        LOCK,
                        RENEW,
                        UNLOCK,
                        UNLOCK_FORCE,
                        RESTORE,
                        ADOPT,
                        MOVE,
                        COPY,
                        MOVE_END,
                        PURGE -> true;
                case GET, LIST, HISTORY, LOCK_OF, DIFF, OUTPUTS, EXPORT -> false;
            };
        }

        /** Returns whether its duration depends on the size of the state. */
        boolean ofAnySize() {
            return this == ADOPT || this == MOVE || this == COPY;
        }

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
