package io.kolumn.state.events;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Indexing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Leases that are known, so that their end is noticed: no commit tells of it. Safe for use by many threads. */
final class Leases {

    /** Of more than these the end is found by nobody. */
    private static final int MAX_COUNT = 10_000;

    private static final Logger LOG = Logger.getLogger(Leases.class);

    private record Lease(Instant expires, boolean own) {}

    private final Map<StateName, Lease> leases = new HashMap<>();

    /** {@code own}: whether this process granted it. */
    void note(StateEvent event, boolean own) {
        switch (event.type()) {
            case LOCKED, RENEWED -> {
                if (event.lock() != null) {
                    note(event.state(), event.lock().expires(), own);
                }
            }
            case UNLOCKED, BROKEN, MOVED, DELETED, PURGED -> note(event.state(), null, own);
            default -> {
                // no lock begins or ends
            }
        }
    }

    synchronized void note(StateName name, @Nullable Instant expires, boolean own) {
        Lease before = leases.get(name);
        if (expires == null) {
            leases.remove(name);
        } else if (before != null || leases.size() < MAX_COUNT) {
            leases.put(name, new Lease(expires, own || (before != null && before.own())));
        }
    }

    /** Tells of those that have ended by now, each with whether this process granted it. */
    void check(Indexing access, Instant now, BiConsumer<StateEvent, Boolean> ended) {
        List<Map.Entry<StateName, Lease>> due = new ArrayList<>();
        synchronized (this) {
            leases.entrySet().removeIf(entry -> {
                boolean over = entry.getValue().expires().isBefore(now);
                return over && due.add(Map.entry(entry.getKey(), entry.getValue()));
            });
        }
        due.forEach(entry -> look(access, entry.getKey(), entry.getValue(), now, ended));
    }

    private void look(
            Indexing access, StateName name, Lease lease, Instant now, BiConsumer<StateEvent, Boolean> ended) {
        try {
            Lock lock = access.head(name).map(StateHead::held).orElse(null);
            Instant expires = lock == null ? null : lock.expires();
            if (lock == null || expires == null) {
                return;
            }
            if (expires.isAfter(now)) {
                note(name, expires, lease.own());
            } else {
                ended.accept(Events.expired(name, lock, expires), lease.own());
            }
        } catch (StateException e) {
            LOG.debugf(e, "The lease of state '%s' cannot be looked at now", name);
            note(name, lease.expires(), lease.own());
        }
    }

    /** Forgets what others granted. */
    synchronized void forgetOthers() {
        leases.values().removeIf(lease -> !lease.own());
    }
}
