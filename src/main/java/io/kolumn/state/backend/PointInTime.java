package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * Which version was current at a time.
 *
 * @param version the newest kept version that had been accepted by then
 * @param next the oldest kept version that was accepted later; null if there is none
 */
public record PointInTime(StateVersion version, @Nullable StateVersion next) {

    /** False if versions between the two are no longer kept: one of them may have been current instead. */
    public boolean certain() {
        return next == null || next.number() == version.number() + 1;
    }
}
