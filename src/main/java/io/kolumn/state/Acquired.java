package io.kolumn.state;

/**
 * A lock that was given.
 *
 * @param lock as the head holds it
 * @param fresh false if the same id held it already
 */
public record Acquired(Lock lock, boolean fresh) {}
