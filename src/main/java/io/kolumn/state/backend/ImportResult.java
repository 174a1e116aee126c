package io.kolumn.state.backend;

/**
 * The result of importing a state.
 *
 * @param versions the number of versions imported now
 * @param quarantined the number of quarantined documents imported now
 * @param changed false if everything existed already
 */
public record ImportResult(int versions, int quarantined, boolean changed) {}
