package io.kolumn.state.inventory;

import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The states that are known to have a current version without an index. Safe for use by many threads. */
final class Unindexed {

    private final Map<StateName, Behind> states = new HashMap<>();

    /** The version of a state that can be indexed; null if there is none. */
    static @Nullable StateVersion version(@Nullable StateHead head) {
        return head == null || head.incomplete() ? null : head.current();
    }

    synchronized void add(Behind state) {
        states.put(state.state(), state);
    }

    synchronized void remove(StateName name) {
        states.remove(name);
    }

    /** If it is still that version which is missing. */
    synchronized void done(IndexedVersion.Summary summary) {
        Behind known = states.get(summary.state());
        if (known != null && summary.number() >= known.version().number()) {
            states.remove(summary.state());
        }
    }

    synchronized void replace(List<Behind> found) {
        states.clear();
        found.forEach(state -> states.put(state.state(), state));
    }

    synchronized List<Behind> all() {
        return new ArrayList<>(states.values());
    }
}
