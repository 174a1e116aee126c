package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;

/**
 * The result of a write.
 *
 * @param version the version that now has the written bytes
 * @param created whether the state had no current document before
 * @param changed false if the current document already had these bytes
 */
public record WriteResult(StateVersion version, boolean created, boolean changed) {}
