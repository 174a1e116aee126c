package io.kolumn.state;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whether what several clients saw of one thing can have happened one after the other: each call at some moment between
 * its begin and its end, as Wing and Gong search for it, with the memory of what was tried that Lowe added.
 *
 * @param <S> the state of the thing; equal states are the same
 * @param <C> what is asked and what was answered
 */
public final class Linearizability<S, C> {

    /**
     * A call as its client saw it.
     *
     * @param call what was asked, and the answer
     * @param begin when it was asked
     * @param end when the answer came; {@link Long#MAX_VALUE} if none came: then it may have happened at any time, or never
     */
    public record Seen<C>(C call, long begin, long end) {
        boolean unknown() {
            return end == Long.MAX_VALUE;
        }
    }

    private record Tried(BitSet done, Object state) {}

    private final BiFunction<S, C, @Nullable S> model;
    private final List<Seen<C>> calls;
    private final Set<Tried> tried = new HashSet<>();

    private Linearizability(BiFunction<S, C, @Nullable S> model, List<Seen<C>> calls) {
        this.model = model;
        this.calls = calls;
    }

    /**
     * Whether the calls are linearizable.
     *
     * @param model the state after a call that was answered so; null if it cannot be answered so in that state
     */
    public static <S, C> boolean holds(S initial, BiFunction<S, C, @Nullable S> model, List<Seen<C>> calls) {
        List<Seen<C>> sorted = new ArrayList<>(calls);
        sorted.sort(Comparator.comparingLong(Seen::begin));
        return new Linearizability<>(model, sorted).search(initial);
    }

    private record Step<S>(S state, int call) {}

    /** Depth first, without recursion: histories are longer than a stack is deep. */
    private boolean search(S initial) {
        BitSet done = new BitSet(calls.size());
        List<Step<S>> path = new ArrayList<>();
        S state = initial;
        int from = 0;
        while (true) {
            if (complete(done)) {
                return true;
            }
            Step<S> next = next(state, done, from);
            if (next != null) {
                path.add(new Step<>(state, next.call()));
                done.set(next.call());
                state = next.state();
                from = 0;
            } else if (path.isEmpty()) {
                return false;
            } else {
                Step<S> last = path.removeLast();
                done.clear(last.call());
                state = last.state();
                from = last.call() + 1;
            }
        }
    }

    private boolean complete(BitSet done) {
        for (int call = done.nextClearBit(0); call < calls.size(); call = done.nextClearBit(call + 1)) {
            if (!calls.get(call).unknown()) {
                return false;
            }
        }
        return true;
    }

    /** A call that may come next: it began before the first end of those that are left. */
    private @Nullable Step<S> next(S state, BitSet done, int from) {
        long firstEnd = Long.MAX_VALUE;
        for (int call = done.nextClearBit(0); call < calls.size(); call = done.nextClearBit(call + 1)) {
            if (calls.get(call).begin() > firstEnd) {
                break;
            }
            firstEnd = Math.min(firstEnd, calls.get(call).end());
        }
        for (int call = done.nextClearBit(from); call < calls.size(); call = done.nextClearBit(call + 1)) {
            if (calls.get(call).begin() > firstEnd) {
                return null;
            }
            S after = model.apply(state, calls.get(call).call());
            if (after != null) {
                BitSet with = (BitSet) done.clone();
                with.set(call);
                if (tried.add(new Tried(with, Objects.requireNonNull(after)))) {
                    return new Step<>(after, call);
                }
            }
        }
        return null;
    }
}
