package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * The version that was current at a time.
 *
 * @param version the newest kept version accepted by then
 * @param next the oldest kept version accepted later; null if there is none
 */
public record PointInTime(StateVersion version, @Nullable StateVersion next) {

    /** Returns false if versions between the two are no longer kept: one of them may have been current instead. */
    public boolean certain() {
        return next == null || next.number() == version.number() + 1;
    }
}
