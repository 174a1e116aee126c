package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;

/**
 * What a write came to.
 *
 * @param version the version that now holds the written bytes
 * @param created the state had no current document before
 * @param changed false if the bytes were those of the current document already, so that nothing was done
 */
public record WriteResult(StateVersion version, boolean created, boolean changed) {}
