package io.kolumn.state;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lock as the head of a state holds it.
 *
 * @param info what the holder says of itself; its id and time of making are set
 * @param fence grows by one with every acquisition of this state; a number to fence off a former holder with
 * @param acquired when the service gave it
 * @param expires end of the lease; null for a lock that lasts until it is released
 * @param owner the proven identity of whoever took it, apart from what it says of itself; empty if none was proven
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

    /** Of somebody whose identity was not proven. */
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
     * Whether the lease ended so long ago that others may take the lock. The holder itself may still write, renew and
     * unlock until one of them does.
     */
    public boolean expired(Instant now, Duration maxClockSkew) {
        return expires != null && now.isAfter(expires.plus(maxClockSkew));
    }

    /** How long it has been held; zero where clocks of replicas differ. */
    public Duration age(Instant now) {
        return now.isAfter(acquired) ? Duration.between(acquired, now) : Duration.ZERO;
    }

    /** Whether this identity took the lock; false if either identity is empty, which means that it was not proven. */
    public boolean ownedBy(String subject) {
        return !owner.isEmpty() && owner.equals(subject);
    }

    /** Whether another identity than this one took the lock; false if either identity is empty. */
    public boolean foreignTo(String subject) {
        return !owner.isEmpty() && !subject.isEmpty() && !owner.equals(subject);
    }

    /** The same lock with another end of its lease; null for one that lasts until it is released. */
    public Lock until(@Nullable Instant newExpires) {
        return new Lock(info, fence, acquired, newExpires, owner);
    }
}
