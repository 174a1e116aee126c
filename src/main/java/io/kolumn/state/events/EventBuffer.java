package io.kolumn.state.events;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The latest events in the order in which they came, for streams that go on. Used under the lock of the feed. */
final class EventBuffer {

    private static final int LEAST_KEYS = 1_000;

    /** An event, and when this process got it. */
    private record Entry(StateEvent event, Instant came) {}

    private final int capacity;
    private final Duration margin;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private Instant complete;

    /**
     * @param margin by how much other processes may have got an event later or earlier
     * @param now from when on it holds all events
     */
    EventBuffer(int capacity, Duration margin, Instant now) {
        this.capacity = capacity;
        this.margin = margin;
        this.complete = now;
    }

    /** False if the same event came before. */
    boolean add(StateEvent event, Instant now) {
        if (!keys.add(event.key())) {
            return false;
        }
        if (keys.size() > Math.max(capacity, LEAST_KEYS)) {
            Iterator<String> eldest = keys.iterator();
            eldest.next();
            eldest.remove();
        }
        entries.addLast(new Entry(event, now));
        if (entries.size() > capacity) {
            complete = entries.removeFirst().came();
        }
        return true;
    }

    /**
     * Those after a position in a stream. Some may come for a second time if it was a stream of another process, where events
     * came in another order.
     *
     * @param own whether it was a stream of this process
     * @return empty if some may be missing
     */
    Optional<List<StateEvent>> after(String position, boolean own) {
        String id = position.indexOf('.') < 0 ? position : position.substring(0, position.indexOf('.'));
        List<StateEvent> after = new ArrayList<>();
        for (Iterator<Entry> newest = entries.descendingIterator(); own && newest.hasNext(); ) {
            StateEvent event = newest.next().event();
            if (event.id().equals(id)) {
                return Optional.of(after.reversed());
            }
            after.add(event);
        }
        return EventIds.time(position)
                .map(time -> own ? time : time.minus(margin))
                .flatMap(this::since);
    }

    private Optional<List<StateEvent>> since(Instant time) {
        return time.isBefore(complete)
                ? Optional.empty()
                : Optional.of(entries.stream()
                        .filter(entry -> entry.came().isAfter(time))
                        .map(Entry::event)
                        .toList());
    }

    /** Nobody goes on from before: events may be missing. What came is still known as told. */
    void interrupt(Instant now) {
        entries.clear();
        complete = now;
    }
}
