package io.kolumn.state.backend;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The histories of states that are written again and again, so that retention need not read them each time. One is valid
 * for a head only if its newest record is the head's current version: that version was decided upon over the records
 * below it. Bounded; safe for several threads.
 */
final class HistoryCache {

    /** The maximum number of records, of all states. A record takes about 400 bytes. */
    private static final int MAX_ENTRIES = 20_000;

    private final LinkedHashMap<StateName, List<StateVersion>> records = new LinkedHashMap<>(16, 0.75f, true);
    private int size;

    /** Returns the kept records of this head, newest first, or empty if they are not cached. */
    synchronized Optional<List<StateVersion>> of(StateHead head) {
        return Optional.ofNullable(records.get(head.name()))
                .filter(known -> known.getFirst().equals(head.current()) && known.size() == head.versionCount());
    }

    synchronized void remember(StateName name, List<StateVersion> kept) {
        forget(name);
        if (!kept.isEmpty() && kept.size() <= MAX_ENTRIES) {
            records.put(name, List.copyOf(kept));
            size += kept.size();
            while (size > MAX_ENTRIES) {
                forget(records.firstEntry().getKey());
            }
        }
    }

    /** Notes a commit that was decided over {@code from}. */
    void written(StateHead from, StateVersion version, List<StateVersion> dropped) {
        of(from).ifPresentOrElse(
                        older -> {
                            Set<StateVersion> gone = Set.copyOf(dropped);
                            List<StateVersion> kept = new ArrayList<>(older.size() + 1);
                            kept.add(version);
                            older.stream()
                                    .filter(record -> !gone.contains(record))
                                    .forEach(kept::add);
                            remember(from.name(), kept);
                        },
                        () -> forget(from.name()));
    }

    private synchronized void forget(StateName name) {
        List<StateVersion> gone = records.remove(name);
        size -= gone == null ? 0 : gone.size();
    }
}
