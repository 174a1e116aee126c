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
 */
public record Lock(
        LockInfo info,
        long fence,
        Instant acquired,
        @Nullable Instant expires) {

    public Lock {
        if (info.id().isEmpty() || fence < 1) {
            throw new IllegalArgumentException("A lock needs an id and a fence: " + info.id() + ", " + fence);
        }
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

    Lock until(@Nullable Instant newExpires) {
        return new Lock(info, fence, acquired, newExpires);
    }
}
