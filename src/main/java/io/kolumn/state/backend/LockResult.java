package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import org.jspecify.annotations.Nullable;

/**
 * The result of taking a lock.
 *
 * @param lock the lock in the head
 * @param fresh false if the same id held it already
 * @param head the head with the lock, without the revision of the store; null if unknown. {@link StateBackend#withdraw}
 *     compares its commit
 */
public record LockResult(Lock lock, boolean fresh, @Nullable StateHead head) {}
