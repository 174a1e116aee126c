package io.kolumn.state.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The latest refusals, so that a client that tries again and again makes one event of them. Used by one thread. */
final class Refusals {

    private static final Duration ALIKE = Duration.ofSeconds(10);

    private static final int MAX_COUNT = 1_000;

    private final Map<String, Instant> latest = new LinkedHashMap<>();

    /** Whether there was none of the same state, call, reason and caller just before. */
    boolean first(StateEvent refused) {
        String alike = refused.state() + " " + refused.operation() + " " + refused.reason() + " " + refused.author();
        Instant before = latest.get(alike);
        if (before != null && refused.time().isBefore(before.plus(ALIKE))) {
            return false;
        }
        latest.remove(alike);
        latest.put(alike, refused.time());
        if (latest.size() > MAX_COUNT) {
            Iterator<String> eldest = latest.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return true;
    }
}
