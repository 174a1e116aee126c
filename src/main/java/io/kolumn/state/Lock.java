package io.kolumn.state;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a state, as its head stores it.
 *
 * @param info the description by the holder; id and time are set
 * @param fence increases with every acquisition of this state and excludes former holders
 * @param acquired the time of the acquisition
 * @param expires the end of the lease; null for a lock without a lease
 * @param owner the authenticated identity of the holder, independent of {@code info}; empty if there was none
 */
public record Lock(
        LockInfo info,
        long fence,
        Instant acquired,
        @Nullable Instant expires,
        String owner) {

    public Lock {
        if (info.id().isEmpty() || fence < 1) {
            throw new IllegalArgumentException("A lock needs an id and a fence: " + info.id() + ", " + fence);
        }
    }

    /** Creates a lock of an unauthenticated holder. */
    public Lock(LockInfo info, long fence, Instant acquired, @Nullable Instant expires) {
        this(info, fence, acquired, expires, "");
    }

    public String id() {
        return info.id();
    }

    public boolean heldBy(@Nullable String id) {
        return info.id().equals(id);
    }

    /**
     * Returns whether the lease has expired long enough for others to take the lock. Until then the holder can still
     * write, renew and unlock.
     */
    public boolean expired(Instant now, Duration maxClockSkew) {
        return expires != null && now.isAfter(expires.plus(maxClockSkew));
    }

    /** Returns the age of the lock; zero if clocks of replicas differ. */
    public Duration age(Instant now) {
        return now.isAfter(acquired) ? Duration.between(acquired, now) : Duration.ZERO;
    }

    /** Returns whether this identity took the lock; false if either is not authenticated. */
    public boolean ownedBy(String subject) {
        return !owner.isEmpty() && owner.equals(subject);
    }

    /** Returns whether another identity took the lock; false if either is not authenticated. */
    public boolean foreignTo(String subject) {
        return !owner.isEmpty() && !subject.isEmpty() && !owner.equals(subject);
    }

    /** Returns the same lock with another end of its lease; null for none. */
    public Lock until(@Nullable Instant newExpires) {
        return new Lock(info, fence, acquired, newExpires, owner);
    }
}
