package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Removes for good what a state kept. First a commit drops the records, so that nobody reads any more what they named; then
 * the contents go, and what interrupted commits left. After a crash in between a second call removes what is left.
 *
 * <p>The head of a purged state stays, with its counters alone: so no number of a version comes twice under one name, and
 * neither a condition nor a commit of before fits what is written after.
 */
final class Purges {

    /** The number of sweeps for remaining contents. Each removes all of them, unless the head moves meanwhile. */
    private static final int LOOKS = 16;

    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;

    Purges(StateStore store, Committer committer, WriteRules rules) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
    }

    /**
     * What a purge dropped.
     *
     * @param newest the number of the newest version of a state that was dropped as a whole, else 0
     */
    record Dropped(PurgeResult purged, long newest) {

        /** Returns the version or document that was purged alone; null if it was gone already, or for a whole state. */
        @Nullable
        StateVersion record() {
            boolean one = purged.asked().version() != null || purged.asked().quarantined() != null;
            return !one
                    ? null
                    : Stream.concat(purged.versions().stream(), purged.quarantined().stream())
                            .findFirst()
                            .orElse(null);
        }
    }

    /** Drops the records, so that their contents cannot be read any more. {@link #clean} removes the contents. */
    Committed<Dropped> drop(StateName name, Purge asked, WriteOptions options, Caller caller) {
        if (asked.version() != null) {
            return version(name, asked, asked.version(), options, caller);
        }
        return asked.quarantined() != null
                ? quarantined(name, asked, asked.quarantined(), options, caller)
                : whole(name, asked, options, caller);
    }

    /** Removes the contents of the dropped records, and other traces of them. The commit tried that as well, but ignored failures. */
    void clean(StateName name, Dropped dropped) {
        PurgeResult purged = dropped.purged();
        purged.versions().forEach(version -> store.deleteContent(name, version));
        purged.quarantined().forEach(document -> store.deleteContent(name, document));
        if (purged.asked().quarantined() != null) {
            return;
        }
        sweep(name);
        if (purged.asked().version() != null || dropped.newest() > 0) {
            store.clear(name, dropped.newest());
        }
    }

    private Committed<Dropped> version(StateName name, Purge asked, long number, WriteOptions options, Caller caller) {
        Committed<List<StateVersion>> gone = committer.committed(name, (head, now) -> {
            Lock lock = admitted(head, options, now, caller);
            return HeadUpdate.under(lock, () -> withoutVersion(head, number, lock, now));
        });
        return gone.map(versions -> new Dropped(new PurgeResult(asked, versions, List.of(), !versions.isEmpty()), 0));
    }

    private HeadUpdate<List<StateVersion>> withoutVersion(
            StateHead head, long number, @Nullable Lock lock, Instant now) {
        StateName name = head.name();
        if (number < 1 || number > head.lastVersion()) {
            throw new NotFound(name, "State '" + name + "' has no version " + number + ".");
        }
        if (head.current() != null && head.current().number() == number) {
            throw new Conflict(
                    name,
                    Conflict.Reason.CURRENT,
                    head.current(),
                    "Version " + number + " is the current document of state '" + name
                            + "' and cannot be purged. Write a new version without the data to remove, or delete the state."
                            + " Then purge version " + number + ".");
        }
        StateVersion kept = store.history(name, number + 1, 1).stream()
                .filter(version -> version.number() == number)
                .findFirst()
                .orElse(null);
        return kept == null
                ? HeadUpdate.stands(List.of())
                : HeadUpdate.commit(
                        head, head.withFewer(1, lock, RandomId.next(), now), null, List.of(kept), List.of(kept));
    }

    private Committed<Dropped> quarantined(
            StateName name, Purge asked, String id, WriteOptions options, Caller caller) {
        Instant now = committer.now();
        Lock lock = admitted(store.head(name).orElseGet(() -> StateHead.unborn(name, now)), options, now, caller);
        StateVersion record = HeadUpdate.under(lock, () -> HeadUpdate.answer(document(name, id)))
                .result();
        return new Committed<>(new Dropped(new PurgeResult(asked, List.of(), List.of(record), true), 0), lock, null);
    }

    /** Purges a whole state. The quarantine is listed first: documents after the commit belong to the next state of this name. */
    private Committed<Dropped> whole(StateName name, Purge asked, WriteOptions options, Caller caller) {
        List<StateVersion> quarantined = documents(name);
        return committer.committed(name, (head, now) -> {
            Lock lock = admitted(head, options, now, caller);
            return HeadUpdate.under(lock, () -> withNothing(head, asked, quarantined, lock, now));
        });
    }

    private HeadUpdate<Dropped> withNothing(
            StateHead head, Purge asked, List<StateVersion> quarantined, @Nullable Lock lock, Instant now) {
        StateName name = head.name();
        if (head.current() != null || head.created()) {
            throw new Conflict(
                    name,
                    Conflict.Reason.CURRENT,
                    head.current(),
                    "State '" + name
                            + "' is not deleted. Only a deleted state can be purged as a whole. Delete it first; until the"
                            + " purge it can be restored.");
        }
        if (head.lastVersion() == 0 && quarantined.isEmpty()) {
            throw new NotFound(name, "There is no state '" + name + "'.");
        }
        if (head.lastVersion() == 0) {
            return HeadUpdate.answer(new Dropped(new PurgeResult(asked, List.of(), quarantined, true), 0));
        }
        List<StateVersion> kept = store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE);
        PurgeResult purged = new PurgeResult(asked, kept, quarantined, !kept.isEmpty() || !quarantined.isEmpty());
        return HeadUpdate.commit(
                head,
                head.withNothing(lock, RandomId.next(), now),
                null,
                kept,
                new Dropped(purged, head.lastVersion()));
    }

    private @Nullable Lock admitted(StateHead head, WriteOptions options, Instant now, Caller caller) {
        rules.here(head, now);
        Authorization.checkLock(caller, head.lock(), options.lockId(), head.name());
        if (head.incomplete()) {
            WriteRules.whole(head);
        }
        return rules.admit(head, options, now);
    }

    private StateVersion document(StateName name, String id) {
        return documents(name).stream()
                .filter(kept -> kept.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new NotFound(name, "State '" + name + "' has no quarantined document '" + id + "'."));
    }

    /** Returns the quarantined documents, without keys that the storage has beside them. */
    private List<StateVersion> documents(StateName name) {
        return store.attachments(name).stream()
                .filter(record -> !record.id().startsWith(StoreCount.KEY))
                .toList();
    }

    /** Removes all orphans, since they may hold purged data. */
    private void sweep(StateName name) {
        Set<String> left = new HashSet<>(store.orphans(name));
        for (int look = 0; !left.isEmpty() && look < LOOKS; look++) {
            store.sweep(name, Duration.ZERO);
            left.retainAll(store.orphans(name));
        }
        if (!left.isEmpty()) {
            throw Unavailable.forEverybody(
                    "State '" + name + "' the records were purged, but some of their contents are still in the"
                            + " storage. Purge it again.",
                    null);
        }
    }
}
