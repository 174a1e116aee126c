package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import org.jspecify.annotations.Nullable;

/**
 * The result of releasing a lock.
 *
 * @param lock the released lock; null if the state was not locked
 * @param head the head afterwards; of one that was changed, without the revision of the store
 */
public record UnlockResult(@Nullable Lock lock, StateHead head) {

    /** Returns whether there was a lock. */
    public boolean released() {
        return lock != null;
    }
}
