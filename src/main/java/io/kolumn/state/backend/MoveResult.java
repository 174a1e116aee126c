package io.kolumn.state.backend;

import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * What moving or copying a state came to.
 *
 * @param from the name it had, or still has
 * @param to its other name
 * @param versions how many versions were brought now
 * @param quarantined how many quarantined documents were brought now
 * @param current the current version at its other name; null if the state is deleted
 * @param changed false if all of that was done before
 */
public record MoveResult(
        StateName from,
        StateName to,
        int versions,
        int quarantined,
        @Nullable StateVersion current,
        boolean changed) {}
