package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The decision of a rule over one head: the commit, if any, and the result for the caller.
 *
 * @param transition null if there is nothing to do
 * @param result the result for the caller, after the commit if there is one
 * @param retryUnsafe whether a second decision after a lost answer could undo what others did since the first
 * @param stands whether the state is as requested already; then the result is as durable as a commit
 * @param lock of the caller, under which this is done; null if it uses none
 */
record HeadUpdate<T>(
        @Nullable Transition transition,
        T result,
        boolean retryUnsafe,
        boolean stands,
        @Nullable Lock lock) {

    /** Returns a result without a commit. */
    static <T> HeadUpdate<T> answer(T result) {
        return new HeadUpdate<>(null, result, false, false, null);
    }

    /** Returns a result for a state that is as requested already. */
    static <T> HeadUpdate<T> stands(T result) {
        return new HeadUpdate<>(null, result, false, true, null);
    }

    /** Returns a commit that changes the head alone. */
    static <T> HeadUpdate<T> commit(StateHead from, StateHead to, T result) {
        return commit(from, to, null, List.of(), result);
    }

    /** Returns a commit that adds a version. */
    static <T> HeadUpdate<T> commit(
            StateHead from, StateHead to, @Nullable StateDocument content, List<StateVersion> dropped, T result) {
        return new HeadUpdate<>(
                new Transition(from.isUnborn() ? null : from, to, content, dropped), result, false, false, null);
    }

    /** Decides under a lock of the caller. Both the decision and a refusal name that lock. */
    static <T> HeadUpdate<T> under(@Nullable Lock lock, Supplier<HeadUpdate<T>> decision) {
        try {
            return decision.get().under(lock);
        } catch (StateException refusal) {
            throw refusal.under(lock);
        }
    }

    private HeadUpdate<T> under(@Nullable Lock held) {
        return new HeadUpdate<>(transition, result, retryUnsafe, stands, held);
    }

    /** Returns the same decision, {@link #retryUnsafe}. */
    HeadUpdate<T> withoutRetry() {
        return new HeadUpdate<>(transition, result, true, stands, lock);
    }
}
