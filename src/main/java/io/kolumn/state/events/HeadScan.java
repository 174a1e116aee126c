package io.kolumn.state.events;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Indexing;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what others changed by comparing all heads with what they were before. Of several changes of one state between two
 * scans it finds each version that is kept, and of everything else the last. It holds about 200 bytes for each state.
 */
final class HeadScan {

    /** Versions of one state that are told of after one scan. */
    private static final int MAX_VERSIONS = 100;

    /** Of names that this process changed itself. */
    private static final int MAX_TOUCHED = 100_000;

    /** What is remembered of a head. */
    private record Seen(String commit, long last, long fence, boolean held, boolean there, boolean moved, int labels) {

        static Seen of(StateHead head) {
            boolean there = !head.moved() && (head.current() != null || head.created());
            return new Seen(
                    head.commit(),
                    head.lastVersion(),
                    head.fence(),
                    head.held() != null,
                    there,
                    head.moved(),
                    Objects.hashCode(head.labels()));
        }
    }

    private final Indexing access;
    private final Leases leases;
    private final Consumer<StateEvent> events;
    private final Set<StateName> touched = new HashSet<>();
    private @Nullable Map<StateName, Seen> seen;

    HeadScan(Indexing access, Leases leases, Consumer<StateEvent> events) {
        this.access = access;
        this.leases = leases;
        this.events = events;
    }

    /** An event of this state has been told by whoever changed it. */
    void touched(StateName name) {
        synchronized (touched) {
            if (touched.size() < MAX_TOUCHED) {
                touched.add(name);
            }
        }
    }

    private Set<StateName> takeTouched() {
        synchronized (touched) {
            Set<StateName> taken = new HashSet<>(touched);
            touched.clear();
            return taken;
        }
    }

    /** Looks at all heads once; the first time only to know them. */
    void run(BooleanSupplier stopped) {
        Map<StateName, Seen> before = seen;
        Set<StateName> told = takeTouched();
        Map<StateName, Seen> now = new HashMap<>(before == null ? 1024 : before.size() * 4 / 3 + 16);
        ListQuery query = new ListQuery("", null, ListQuery.MAX_LIMIT, true, true);
        while (true) {
            HeadPage page = access.heads(query);
            for (StateHead head : page.heads()) {
                now.put(head.name(), Seen.of(head));
                look(head, before, told.contains(head.name()));
            }
            if (!page.more() || page.heads().isEmpty()) {
                break;
            }
            if (stopped.getAsBoolean()) {
                return;
            }
            query = query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT);
        }
        if (before != null) {
            before.forEach((name, gone) -> {
                if (!now.containsKey(name)) {
                    gone(name, gone);
                }
            });
        }
        seen = now;
    }

    void forget() {
        seen = null;
        takeTouched();
    }

    boolean knows() {
        return seen != null;
    }

    private void look(StateHead head, @Nullable Map<StateName, Seen> all, boolean told) {
        Seen before = all == null ? null : all.get(head.name());
        Lock held = head.held();
        if (before == null || !before.commit().equals(head.commit())) {
            if (held != null && held.expires() != null) {
                leases.note(head.name(), held.expires(), false);
            }
            if (all != null && !head.incomplete()) {
                if (before == null) {
                    appeared(head, told);
                } else {
                    changed(before, head, told);
                }
            }
        }
    }

    private void appeared(StateHead head, boolean told) {
        StateName name = head.name();
        Lock held = head.held();
        if (head.current() != null) {
            events.accept(Events.written(name, head.current(), true));
        } else if (head.created() && !told) {
            events.accept(Events.found(EventType.CREATED, name, null, head.changed()));
        }
        if (held != null) {
            events.accept(Events.locked(name, held, true));
        }
    }

    private void changed(Seen before, StateHead head, boolean told) {
        StateName name = head.name();
        if (head.moved()) {
            MovedTo to = head.movedTo();
            if (!before.moved() && !told) {
                events.accept(Events.found(EventType.MOVED, name, to == null ? null : to.name(), head.changed()));
            }
            return;
        }
        Seen now = Seen.of(head);
        if (now.last() > before.last()) {
            versions(name, before.last(), now.last());
        }
        if (head.tombstone() && (before.there() || now.last() > before.last())) {
            events.accept(Events.foundDeleted(name, head.lastVersion(), head.changed()));
        } else if (!before.there() && head.created() && !told) {
            events.accept(Events.found(EventType.CREATED, name, null, head.changed()));
        }
        if (before.there() && now.there() && before.labels() != now.labels() && !told) {
            events.accept(Events.found(EventType.LABELS, name, null, head.changed()));
        }
        locks(before, head);
    }

    private void versions(StateName name, long before, long last) {
        int count = (int) Math.min(MAX_VERSIONS, last - before);
        List<StateVersion> kept = access.history(name, Long.MAX_VALUE, count);
        for (StateVersion version : kept.reversed()) {
            if (version.number() > before) {
                events.accept(Events.written(name, version, true));
            }
        }
    }

    private void locks(Seen before, StateHead head) {
        Lock held = head.held();
        boolean another = head.fence() > before.fence();
        if (before.held() && (another || held == null)) {
            events.accept(Events.foundUnlocked(head.name(), before.fence(), head.changed()));
        }
        if (another && held != null) {
            events.accept(Events.locked(head.name(), held, true));
        } else if (another) {
            events.accept(Events.foundUnlocked(head.name(), head.fence(), head.changed()));
        }
    }

    /** A head that is listed no longer has neither document nor lock. */
    private void gone(StateName name, Seen before) {
        Instant now = access.head(name).map(StateHead::changed).orElse(Instant.EPOCH);
        if (before.held()) {
            events.accept(Events.foundUnlocked(name, before.fence(), now));
        }
        if (before.there()) {
            events.accept(Events.foundDeleted(name, before.last(), now));
        }
    }
}
