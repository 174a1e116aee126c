package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Options for taking a lock.
 *
 * @param ttl the length of the lease, {@link #MIN_TTL} to {@link #MAX_TTL}; null for a lock without a lease
 * @param maxWait the maximum wait, up to {@link #MAX_WAIT}; zero to fail at once
 * @param reentrant whether a lock that the same id holds is a success
 * @param cancelled checked during the wait and before the lock is taken: true if the client has disconnected
 */
public record LockOptions(@Nullable Duration ttl, Duration maxWait, boolean reentrant, BooleanSupplier cancelled) {

    public static final Duration MIN_TTL = Duration.ofSeconds(5);
    public static final Duration MAX_TTL = Duration.ofHours(24);
    public static final Duration MAX_WAIT = Duration.ofMinutes(5);

    /** @throws StateException.Invalid if a duration is out of range */
    public LockOptions {
        checkTtl(ttl);
        if (maxWait.isNegative() || maxWait.compareTo(MAX_WAIT) > 0) {
            throw new StateException.Invalid("wait=" + maxWait + " is not between PT0S and " + MAX_WAIT + ".");
        }
    }

    /** Returns options without a wait and a lease, reentrant. */
    public static LockOptions none() {
        return new LockOptions(null, Duration.ZERO, true, () -> false);
    }

    public LockOptions withTtl(@Nullable Duration length) {
        return new LockOptions(length, maxWait, reentrant, cancelled);
    }

    public LockOptions waiting(Duration length) {
        return new LockOptions(ttl, length, reentrant, cancelled);
    }

    public LockOptions onlyFresh() {
        return new LockOptions(ttl, maxWait, false, cancelled);
    }

    public LockOptions unless(BooleanSupplier gone) {
        return new LockOptions(ttl, maxWait, reentrant, gone);
    }

    static void checkTtl(@Nullable Duration ttl) {
        if (ttl != null && (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0)) {
            throw new StateException.Invalid("ttl=" + ttl + " is not between " + MIN_TTL + " and " + MAX_TTL + ".");
        }
    }
}
