package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.Transition;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a change came to.
 *
 * @param lock of the caller, under which it was done; null if it used none
 * @param transition that was committed; null if there was nothing to do
 */
record Committed<T>(T result, @Nullable Lock lock, @Nullable Transition transition) {

    <R> Committed<R> map(Function<T, R> other) {
        return new Committed<>(other.apply(result), lock, transition);
    }
}
