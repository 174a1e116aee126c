package io.kolumn.state.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The events of one reader, in the order of the feed. A reader that takes too few of them loses its stream; the feed never
 * waits for it. Safe for use by many threads.
 */
public final class EventStream implements AutoCloseable {

    /** Why a stream begins without all events since the last one that its reader knows. */
    public record Gap(String reason, boolean replayed) {}

    private final String caller;
    private final EventFilter filter;
    private final int capacity;
    private final Runnable onClose;
    private final Deque<StateEvent> waiting = new ArrayDeque<>();
    private final Deque<StateEvent> replay = new ArrayDeque<>();
    private final Set<String> replayed = new HashSet<>();
    private @Nullable Gap gap;
    private @Nullable String end;
    private boolean slow;
    private boolean closed;

    EventStream(String caller, EventFilter filter, int capacity, Runnable onClose) {
        this.caller = caller;
        this.filter = filter;
        this.capacity = capacity;
        this.onClose = onClose;
    }

    String caller() {
        return caller;
    }

    EventFilter filter() {
        return filter;
    }

    /** What comes before all others. */
    synchronized void begin(List<StateEvent> before, @Nullable Gap why) {
        before.stream().filter(filter::matches).forEach(event -> {
            replay.add(event);
            replayed.add(event.key());
        });
        gap = why;
    }

    /** False if the reader was too slow, and gets no more. */
    synchronized boolean offer(StateEvent event) {
        if (end != null || !filter.matches(event) || replayed.contains(event.key())) {
            return true;
        }
        if (waiting.size() >= capacity) {
            slow = true;
            end("The stream was read too slowly: more than " + capacity + " events were waiting.");
            return false;
        }
        waiting.add(event);
        notifyAll();
        return true;
    }

    /** No more events come; those that wait are still given. */
    synchronized void end(String reason) {
        if (end == null) {
            end = reason;
            notifyAll();
        }
    }

    /** Returns why events before the first one are missing; null if none is. */
    public synchronized @Nullable Gap gap() {
        return gap;
    }

    /** Returns the next event, waiting so long for one; null if none came or the stream has ended. */
    public synchronized @Nullable StateEvent take(Duration patience) throws InterruptedException {
        if (!replay.isEmpty()) {
            return replay.poll();
        }
        long until = System.nanoTime() + patience.toNanos();
        for (long rest = patience.toNanos();
                waiting.isEmpty() && end == null && !closed && rest > 0;
                rest = until - System.nanoTime()) {
            wait(Math.max(1, rest / 1_000_000));
        }
        return waiting.poll();
    }

    /** Returns why no more events come, once all that waited were taken; null while it goes on. */
    public synchronized @Nullable String end() {
        return replay.isEmpty() && waiting.isEmpty() ? end : null;
    }

    /** Returns whether it ended because its reader was too slow, so that events were lost. */
    public synchronized boolean slow() {
        return slow;
    }

    /** Returns whether its reader has gone. */
    public synchronized boolean closed() {
        return closed;
    }

    /** Ends it at once. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            end = end == null ? "" : end;
            waiting.clear();
            replay.clear();
            notifyAll();
        }
        onClose.run();
    }
}
