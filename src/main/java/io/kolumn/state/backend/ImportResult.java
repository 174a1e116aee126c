package io.kolumn.state.backend;

/**
 * What carrying a state over came to.
 *
 * @param versions how many versions were brought now; those that were there already are not counted
 * @param quarantined how many quarantined documents were brought now
 * @param changed false if everything was there already
 */
public record ImportResult(int versions, int quarantined, boolean changed) {}
