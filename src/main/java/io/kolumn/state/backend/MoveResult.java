package io.kolumn.state.backend;

import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * The result of moving or copying a state.
 *
 * @param from the old name, or the name of the source
 * @param to the new name
 * @param versions the number of versions copied now
 * @param quarantined the number of quarantined documents copied now
 * @param current the current version at the new name; null if the state is deleted
 * @param changed false if everything was done before
 */
public record MoveResult(
        StateName from,
        StateName to,
        int versions,
        int quarantined,
        @Nullable StateVersion current,
        boolean changed) {}
