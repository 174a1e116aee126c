package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callers that wait for locks, in one line for each state. Only the first of a line asks the storage, with growing pauses
 * and jitter, since another process may release the lock. A release in this process wakes it at once.
 */
final class LockWaitQueue {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final ConcurrentHashMap<StateName, Line> lines = new ConcurrentHashMap<>();
    private final AtomicInteger waiters = new AtomicInteger();
    private volatile boolean stopped;

    /** Returns whether there is a line for the lock of this state, which a new caller has to join. */
    boolean waited(StateName name) {
        return lines.containsKey(name);
    }

    /** Tells the first in line that the lock was released. */
    void released(StateName name) {
        Line line = lines.get(name);
        if (line != null) {
            line.wake();
        }
    }

    int waiters() {
        return waiters.get();
    }

    /** Returns the lines of these states; those without a caller are left out. */
    Map<StateName, WaitingLine> lines(Predicate<StateName> wanted) {
        Map<StateName, WaitingLine> found = new HashMap<>();
        long now = System.nanoTime();
        lines.forEach((name, line) -> {
            WaitingLine waiting = wanted.test(name) ? line.waiting(now) : null;
            if (waiting != null) {
                found.put(name, waiting);
            }
        });
        return found;
    }

    /** Ends all waits, and all later ones at once. */
    void stop() {
        stopped = true;
        lines.values().forEach(Line::wakeAll);
    }

    /**
     * Waits in line until {@code attempt} has a result, the time is over, or the client has disconnected.
     *
     * @return the result, or empty if there was none in time
     * @throws StateException.Unavailable if all waits were ended, or the thread was interrupted
     */
    <T> Optional<T> await(StateName name, Duration wait, BooleanSupplier cancelled, Supplier<Optional<T>> attempt) {
        long deadline = System.nanoTime() + wait.toNanos();
        Place place = join(name);
        try {
            long pause = FIRST_PAUSE;
            while (!cancelled.getAsBoolean()) {
                if (stopped) {
                    throw StateException.Unavailable.forEverybody(
                            "The service is shutting down and does not wait for the lock of state '" + name
                                    + "'. Try again.",
                            null);
                }
                Optional<T> result = place.isFirst() ? attempt.get() : Optional.empty();
                long rest = deadline - System.nanoTime();
                if (result.isPresent() || rest <= 0) {
                    return result;
                }
                boolean first = place.pause(Math.min(rest, jittered(pause)));
                pause = first ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StateException.Unavailable.forEverybody(
                    "Interrupted while waiting for the lock of state '" + name + "'.", e);
        } finally {
            leave(name, place);
        }
    }

    private static long jittered(long pause) {
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    }

    private Place join(StateName name) {
        Place[] place = new Place[1];
        lines.compute(name, (key, line) -> {
            Line joined = line == null ? new Line() : line;
            place[0] = joined.join();
            return joined;
        });
        waiters.incrementAndGet();
        return place[0];
    }

    private void leave(StateName name, Place place) {
        waiters.decrementAndGet();
        lines.computeIfPresent(name, (key, line) -> line.leave(place));
    }

    private static final class Line {
        private final ReentrantLock mutex = new ReentrantLock();
        private final Deque<Place> places = new ArrayDeque<>();

        Place join() {
            mutex.lock();
            try {
                Place place = new Place(this, mutex.newCondition());
                places.addLast(place);
                return place;
            } finally {
                mutex.unlock();
            }
        }

        /** Returns the line, or null if the last one has just left it. */
        @Nullable
        WaitingLine waiting(long now) {
            mutex.lock();
            try {
                Place first = places.peekFirst();
                return first == null ? null : new WaitingLine(places.size(), Duration.ofNanos(now - first.since));
            } finally {
                mutex.unlock();
            }
        }

        /** Returns the rest of the line, or null if it is empty. */
        @Nullable
        Line leave(Place place) {
            mutex.lock();
            try {
                places.remove(place);
                wakeFirst();
                return places.isEmpty() ? null : this;
            } finally {
                mutex.unlock();
            }
        }

        void wake() {
            mutex.lock();
            try {
                wakeFirst();
            } finally {
                mutex.unlock();
            }
        }

        void wakeAll() {
            mutex.lock();
            try {
                places.forEach(Place::wake);
            } finally {
                mutex.unlock();
            }
        }

        private void wakeFirst() {
            if (!places.isEmpty()) {
                places.getFirst().wake();
            }
        }
    }

    private static final class Place {
        private final Line line;
        private final Condition turn;
        private final long since = System.nanoTime();
        private boolean woken;

        Place(Line line, Condition turn) {
            this.line = line;
            this.turn = turn;
        }

        /** Call it under the line's mutex. */
        void wake() {
            woken = true;
            turn.signal();
        }

        boolean isFirst() {
            line.mutex.lock();
            try {
                return line.places.peekFirst() == this;
            } finally {
                line.mutex.unlock();
            }
        }

        /** Waits this long, or until it is woken. Returns whether it was woken. */
        boolean pause(long nanos) throws InterruptedException {
            line.mutex.lock();
            try {
                long rest = nanos;
                while (!woken && rest > 0) {
                    rest = turn.awaitNanos(rest);
                }
                boolean wasWoken = woken;
                woken = false;
                return wasWoken;
            } finally {
                line.mutex.unlock();
            }
        }
    }
}
