package io.kolumn.state.events;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Indexing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a storage itself tells of the time since an event: versions, deletions, and locks that are held. */
final class StoredEvents {

    /** Heads that are looked at for one stream: on S3 each is a request. */
    static final int MAX_HEADS = 10_000;

    static final int MAX_EVENTS = 1_000;

    private static final int MAX_VERSIONS = 100;

    /** Clocks of replicas may differ by so much. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private StoredEvents() {}

    /**
     * Those since a time, oldest first, some perhaps for a second time.
     *
     * @param wanted whether its reader may have an event; others do not count
     * @return empty if there are too many to look at, or to tell
     */
    static Optional<List<StateEvent>> since(
            Instant time, Indexing access, EventFilter filter, Predicate<StateEvent> wanted) {
        Instant from = time.minus(SKEW);
        List<StateEvent> events = new ArrayList<>();
        int looked = 0;
        ListQuery query = new ListQuery(filter.prefix(), null, ListQuery.MAX_LIMIT, true, true);
        while (true) {
            HeadPage page = access.heads(query);
            for (StateHead head : page.heads()) {
                of(head, from, access).stream()
                        .filter(filter::matches)
                        .filter(wanted)
                        .forEach(events::add);
            }
            looked += page.heads().size();
            if (events.size() > MAX_EVENTS || (page.more() && looked >= MAX_HEADS)) {
                return Optional.empty();
            }
            if (!page.more() || page.heads().isEmpty()) {
                events.sort(Comparator.comparing(StateEvent::time));
                return Optional.of(events);
            }
            query = query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT);
        }
    }

    private static List<StateEvent> of(StateHead head, Instant from, Indexing access) {
        List<StateEvent> events = new ArrayList<>();
        StateVersion current = head.current();
        if (head.moved() || head.incomplete()) {
            return events;
        }
        if (current != null && current.created().isAfter(from)) {
            events.add(Events.written(head.name(), current, true));
            if (head.lastVersion() > 1) {
                access.history(head.name(), current.number(), MAX_VERSIONS).stream()
                        .takeWhile(version -> version.created().isAfter(from))
                        .forEach(version -> events.add(Events.written(head.name(), version, true)));
            }
        }
        if (head.tombstone() && head.changed().isAfter(from)) {
            events.add(Events.foundDeleted(head.name(), head.lastVersion(), head.changed()));
        }
        Lock held = head.held();
        if (held != null && held.acquired().isAfter(from)) {
            events.add(Events.locked(head.name(), held, true));
        }
        return events;
    }
}
