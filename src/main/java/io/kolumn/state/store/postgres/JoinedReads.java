package io.kolumn.state.store.postgres;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads by key, of which a few are under way alone. Those that come meanwhile wait for the next place and go together, as one
 * read. Every read is sent after its reader came, so that an answer is never older than the question. A joined read has a thread
 * of its own: a reader that leaves takes nothing from the others.
 *
 * @param <K> what is asked for
 * @param <V> what is answered
 */
final class JoinedReads<K, V> {

    private final int places;
    private final int most;
    private final Function<K, V> one;
    private final Function<Set<K>, Map<K, V>> many;
    private final UnaryOperator<RuntimeException> again;
    private final Deque<Group> waiting = new ArrayDeque<>();
    private int running;

    /** Keys that are asked for together. */
    private final class Group {
        private final Set<K> keys = new LinkedHashSet<>();
        private final CompletableFuture<Map<K, V>> answer = new CompletableFuture<>();
    }

    /**
     * @param places how many reads are under way at the same time
     * @param most how many keys one read asks for
     * @param many answers for all of its keys
     * @param again makes an exception for one reader of that of a joined read
     */
    JoinedReads(
            int places,
            int most,
            Function<K, V> one,
            Function<Set<K>, Map<K, V>> many,
            UnaryOperator<RuntimeException> again) {
        this.places = places;
        this.most = most;
        this.one = one;
        this.many = many;
        this.again = again;
    }

    /**
     * Returns the answer for a key, or what the reads throw.
     *
     * @throws TimeoutException if a joined read has no answer by the deadline
     */
    V read(K key, Deadline deadline) throws InterruptedException, TimeoutException {
        Group group = join(key);
        if (group == null) {
            try {
                return one.apply(key);
            } finally {
                next();
            }
        }
        try {
            V answer =
                    group.answer.get(deadline.remaining(), TimeUnit.NANOSECONDS).get(key);
            if (answer == null) {
                throw new IllegalStateException("No answer for " + key);
            }
            return answer;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw again.apply(failure);
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Returns the group that the key is in now, or null if it has a place. */
    private synchronized @Nullable Group join(K key) {
        if (running < places) {
            running++;
            return null;
        }
        Group last = waiting.peekLast();
        if (last == null || (last.keys.size() == most && !last.keys.contains(key))) {
            last = new Group();
            waiting.add(last);
        }
        last.keys.add(key);
        return last;
    }

    /** Gives the place of a read that is over to the group that waits longest. */
    private void next() {
        Group group;
        synchronized (this) {
            group = waiting.poll();
            if (group == null) {
                running--;
                return;
            }
        }
        Thread.ofVirtual().start(() -> {
            try {
                group.answer.complete(many.apply(group.keys));
            } catch (Throwable e) {
                group.answer.completeExceptionally(e);
            } finally {
                next();
            }
        });
    }
}
