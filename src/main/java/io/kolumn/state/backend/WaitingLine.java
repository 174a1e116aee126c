package io.kolumn.state.backend;

import java.time.Duration;

/**
 * Those who wait for a lock in this process.
 *
 * @param waiters how many, at least one
 * @param longest how long the first of them has waited
 */
public record WaitingLine(int waiters, Duration longest) {}
