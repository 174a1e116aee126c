package io.kolumn.state.backend;

import io.kolumn.state.Lock;

/**
 * The result of taking a lock.
 *
 * @param lock the lock in the head
 * @param fresh false if the same id held it already
 * @param commit the id of its commit, which {@link StateBackend#withdraw} compares; empty if unknown
 */
public record LockResult(Lock lock, boolean fresh, String commit) {}
