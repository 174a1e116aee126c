package io.kolumn.state.backend;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which versions a state keeps. What is counted are lock sessions: the versions written under one lock are one session,
 * a version written without a lock is one of its own. The newest session keeps all its versions, an older one its last.
 */
final class Retention {

    private final BackendSettings settings;
    private final HistoryCache known = new HistoryCache();

    Retention(BackendSettings settings) {
        this.settings = settings;
    }

    /** Returns the versions to remove when a version is added under this fence. Reads the history only if there can be any. */
    List<StateVersion> superfluous(StateStore store, StateHead head, long fence, Instant now) {
        StateVersion current = head.current();
        boolean full = head.versionCount() + 1 > settings.retainedSessions();
        boolean sessionEnds = current == null || (current.fence() != 0 && current.fence() != fence);
        return head.versionCount() > 0 && (full || sessionEnds || settings.keptAge() != null)
                ? superfluous(kept(store, head), fence, now)
                : List.of();
    }

    private List<StateVersion> kept(StateStore store, StateHead head) {
        return known.of(head).orElseGet(() -> {
            List<StateVersion> kept = store.history(head.name(), Long.MAX_VALUE, Integer.MAX_VALUE);
            known.remember(head.name(), kept);
            return kept;
        });
    }

    /** Notes that a version was written over this head. */
    void written(StateHead from, StateVersion version, List<StateVersion> dropped) {
        known.written(from, version, dropped);
    }

    /**
     * Returns the versions to remove when a version is added.
     *
     * @param older the kept records, newest first
     * @param fence of the lock of the new version; 0 for none
     */
    List<StateVersion> superfluous(List<StateVersion> older, long fence, Instant now) {
        List<StateVersion> dropped = new ArrayList<>();
        Set<Long> sessions = new HashSet<>();
        int counted = 1;
        Instant superseded = now;
        for (StateVersion version : older) {
            boolean current = fence != 0 && version.fence() == fence;
            boolean last = version.fence() == 0 || sessions.add(version.fence());
            if (!current && last) {
                counted++;
            }
            if (!current && (!last || counted > settings.retainedSessions() || tooOld(superseded, now))) {
                dropped.add(version);
            }
            superseded = version.created();
        }
        return dropped;
    }

    private boolean tooOld(Instant superseded, Instant now) {
        return settings.keptAge() != null && superseded.isBefore(now.minus(settings.keptAge()));
    }
}
