package io.kolumn.state.backend;

import io.kolumn.state.Lock;

/**
 * A lock that was given.
 *
 * @param lock as the head holds it
 * @param fresh false if the same id held it already
 * @param commit id of the commit that gave it, by which {@link StateBackend#withdraw} knows whether anything came after;
 *     empty if that is not known
 */
public record LockResult(Lock lock, boolean fresh, String commit) {}
