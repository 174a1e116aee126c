package io.kolumn.state.events;

import io.kolumn.state.StateException.Unavailable;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The streams of one feed, and how many there may be. What adds and what hands on holds the lock of the feed; a reader may
 * close its stream at any time.
 */
final class OpenStreams {

    /** Events that wait for one reader. */
    static final int MAX_WAITING = 1_000;

    private final int limit;
    private final int callersLimit;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final LongAdder dropped = new LongAdder();

    OpenStreams(int limit, int callersLimit) {
        this.limit = limit;
        this.callersLimit = callersLimit;
    }

    /**
     * Adds a stream.
     *
     * @throws Unavailable if there are too many already, of all or of this caller
     */
    EventStream open(String caller, EventFilter filter) {
        if (streams.size() >= limit) {
            throw new Unavailable(
                    "There are " + streams.size() + " streams of events, and more are not served"
                            + " (kolumn.state.events.max-streams). Try again later.",
                    null);
        }
        long own = streams.stream()
                .filter(stream -> stream.caller().equals(caller))
                .count();
        if (own >= callersLimit) {
            throw new Unavailable(
                    "You have " + own + " streams of events, and one caller can have no more"
                            + " (kolumn.state.events.max-streams-share). Close one, or try again later.",
                    null);
        }
        EventStream[] opened = new EventStream[1];
        opened[0] = new EventStream(caller, filter, MAX_WAITING, () -> streams.remove(opened[0]));
        streams.add(opened[0]);
        return opened[0];
    }

    /** Hands an event to all; a reader that is too slow loses its stream. */
    void offer(StateEvent event) {
        streams.removeIf(stream -> {
            boolean slow = !stream.offer(event);
            if (slow) {
                dropped.increment();
            }
            return slow;
        });
    }

    /** Ends all. */
    void end(String reason) {
        streams.forEach(stream -> stream.end(reason));
        streams.clear();
    }

    int size() {
        return streams.size();
    }

    /** Returns how many ended because their readers were too slow. */
    long dropped() {
        return dropped.sum();
    }
}
