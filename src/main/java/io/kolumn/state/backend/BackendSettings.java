package io.kolumn.state.backend;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the rules.
 *
 * @param retainedSessions the number of lock sessions of a state to keep, including the current one, at least 1. Of
 *     an older session only the last version is kept
 * @param keptAge how long to keep a version after it was superseded; null for no limit
 * @param maxClockSkew how long an expired lease still excludes others
 * @param maxQuarantined the maximum number of quarantined documents of a state
 * @param maxQuarantinedSize the maximum bytes of quarantined documents of a state
 * @param forcedUnlock whether a lock can be broken without its id
 * @param movedKept how long the old name of a moved state has a redirect
 */
public record BackendSettings(
        int retainedSessions,
        @Nullable Duration keptAge,
        Duration maxClockSkew,
        int maxQuarantined,
        long maxQuarantinedSize,
        boolean forcedUnlock,
        Duration movedKept) {

    /** The default duration of the redirect of a moved state: longer than a pipeline that runs once a quarter. */
    private static final Duration MOVED_KEPT = Duration.ofDays(100);

    /** Creates settings with the default for old names of moved states. */
    public BackendSettings(
            int retainedSessions,
            @Nullable Duration keptAge,
            Duration maxClockSkew,
            int maxQuarantined,
            long maxQuarantinedSize,
            boolean forcedUnlock) {
        this(retainedSessions, keptAge, maxClockSkew, maxQuarantined, maxQuarantinedSize, forcedUnlock, MOVED_KEPT);
    }

    public BackendSettings {
        if (retainedSessions < 1
                || maxQuarantined < 0
                || maxQuarantinedSize < 0
                || maxClockSkew.isNegative()
                || movedKept.isNegative()) {
            throw new IllegalArgumentException("Settings out of their range: " + retainedSessions + " versions, "
                    + maxQuarantined + " quarantined, skew " + maxClockSkew);
        }
    }

    /** Returns the default settings. */
    public static BackendSettings defaults() {
        return new BackendSettings(100, null, Duration.ofSeconds(5), 20, 64L << 20, true);
    }

    public BackendSettings keeping(int versions, @Nullable Duration age) {
        return new BackendSettings(
                versions, age, maxClockSkew, maxQuarantined, maxQuarantinedSize, forcedUnlock, movedKept);
    }

    public BackendSettings telling(Duration ofMoves) {
        return new BackendSettings(
                retainedSessions, keptAge, maxClockSkew, maxQuarantined, maxQuarantinedSize, forcedUnlock, ofMoves);
    }
}
