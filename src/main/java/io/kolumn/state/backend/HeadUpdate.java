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
 * What a rule decides over one head: what to commit, if anything, and what the caller gets when that is done.
 *
 * @param transition null if nothing is to be done
 * @param result the answer to the caller once the transition, if any, is committed
 * @param retryUnsafe not to be decided again, over what others made of the state since, while nobody can tell whether the
 *     first one happened: it would take from them what it was never meant for
 * @param stands nothing is to be done because what was asked for stands already: the answer promises as much as a commit
 * @param lock of the caller, under which this is done; null if it uses none
 */
record HeadUpdate<T>(
        @Nullable Transition transition,
        T result,
        boolean retryUnsafe,
        boolean stands,
        @Nullable Lock lock) {

    /** The answer is there, nothing is to be done. */
    static <T> HeadUpdate<T> answer(T result) {
        return new HeadUpdate<>(null, result, false, false, null);
    }

    /** What was asked for is there already. */
    static <T> HeadUpdate<T> stands(T result) {
        return new HeadUpdate<>(null, result, false, true, null);
    }

    /** A change of the head alone. */
    static <T> HeadUpdate<T> commit(StateHead from, StateHead to, T result) {
        return commit(from, to, null, List.of(), result);
    }

    /** A change of the head that brings a version. */
    static <T> HeadUpdate<T> commit(
            StateHead from, StateHead to, @Nullable StateDocument content, List<StateVersion> dropped, T result) {
        return new HeadUpdate<>(
                new Transition(from.isUnborn() ? null : from, to, content, dropped), result, false, false, null);
    }

    /** What is decided under a lock of the caller: both the decision and a refusal name that lock. */
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

    /** The same step, {@link #retryUnsafe}. */
    HeadUpdate<T> withoutRetry() {
        return new HeadUpdate<>(transition, result, true, stands, lock);
    }
}
