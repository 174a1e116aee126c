package io.kolumn.state.backend;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What can be set about the rules.
 *
 * @param keptVersions how many lock sessions of a state are kept, the current one counted, at least 1: of the versions
 *     written under one older lock only the last is kept
 * @param keptAge how long a version is kept after it was superseded; null for no limit
 * @param maxClockSkew how long after its end a lease still keeps others out
 * @param maxQuarantined most refused documents to keep for a state
 * @param maxQuarantinedSize most bytes of refused documents to keep for a state
 * @param forcedUnlock whether a lock may be broken without its id
 * @param movedKept how long the address of a state that was moved says where it went
 */
public record BackendSettings(
        int keptVersions,
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
            int keptVersions,
            @Nullable Duration keptAge,
            Duration maxClockSkew,
            int maxQuarantined,
            long maxQuarantinedSize,
            boolean forcedUnlock) {
        this(keptVersions, keptAge, maxClockSkew, maxQuarantined, maxQuarantinedSize, forcedUnlock, MOVED_KEPT);
    }

    public BackendSettings {
        if (keptVersions < 1
                || maxQuarantined < 0
                || maxQuarantinedSize < 0
                || maxClockSkew.isNegative()
                || movedKept.isNegative()) {
            throw new IllegalArgumentException("Settings out of their range: " + keptVersions + " versions, "
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
                keptVersions, keptAge, maxClockSkew, maxQuarantined, maxQuarantinedSize, forcedUnlock, ofMoves);
    }
}
