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
import org.jspecify.annotations.Nullable;

/**
 * Removes for good what a state kept. First a commit drops the records, so that nobody reads any more what they named; then
 * the contents go, and what interrupted commits left. After a crash in between a second call removes what is left.
 *
 * <p>The head of a purged state stays, with its counters alone: so no number of a version comes twice under one name, and
 * neither a condition nor a commit of before fits what is written after.
 */
final class Purges {

    /** How often what is left is looked for; each look removes it, unless the head moves just then. */
    private static final int LOOKS = 16;

    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;

    Purges(StateStore store, Committer committer, WriteRules rules) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
    }

    PurgeResult run(StateName name, Purge asked, WriteOptions options, OperationRecorder recorder) {
        PurgeResult purged;
        if (asked.version() != null) {
            purged = version(name, asked, asked.version(), options, recorder);
        } else if (asked.quarantined() != null) {
            purged = quarantined(name, asked, asked.quarantined(), options, recorder);
        } else {
            purged = whole(name, asked, options, recorder);
        }
        recorder.purged(purged).changed(purged.changed());
        return purged;
    }

    private PurgeResult version(
            StateName name, Purge asked, long number, WriteOptions options, OperationRecorder recorder) {
        List<StateVersion> gone = committer.change(name, (head, now) -> {
            Lock lock = admitted(head, options, now, recorder);
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
        });
        PurgeResult purged = new PurgeResult(asked, gone, List.of(), !gone.isEmpty());
        recorder.purged(purged).version(gone.isEmpty() ? null : gone.getFirst());
        forget(name, gone);
        sweep(name);
        store.clear(name, 0);
        return purged;
    }

    private PurgeResult quarantined(
            StateName name, Purge asked, String id, WriteOptions options, OperationRecorder recorder) {
        Instant now = committer.now();
        admitted(store.head(name).orElseGet(() -> StateHead.unborn(name, now)), options, now, recorder);
        StateVersion record = documents(name).stream()
                .filter(kept -> kept.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new NotFound(name, "State '" + name + "' has no quarantined document '" + id + "'."));
        PurgeResult purged = new PurgeResult(asked, List.of(), List.of(record), true);
        recorder.purged(purged).version(record);
        store.deleteContent(name, record);
        return purged;
    }

    /** The quarantine is listed first: what comes behind the commit belongs to the next life of the state. */
    private PurgeResult whole(StateName name, Purge asked, WriteOptions options, OperationRecorder recorder) {
        List<StateVersion> quarantined = documents(name);
        Gone gone = committer.change(name, (head, now) -> {
            Lock lock = admitted(head, options, now, recorder);
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
                return HeadUpdate.answer(new Gone(0, List.of()));
            }
            List<StateVersion> kept = store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE);
            return HeadUpdate.commit(
                    head, head.withNothing(lock, RandomId.next(), now), null, kept, new Gone(head.lastVersion(), kept));
        });
        PurgeResult purged = new PurgeResult(
                asked, gone.versions(), quarantined, !gone.versions().isEmpty() || !quarantined.isEmpty());
        recorder.purged(purged);
        forget(name, gone.versions());
        forget(name, quarantined);
        sweep(name);
        if (gone.newest() > 0) {
            store.clear(name, gone.newest());
        }
        return purged;
    }

    private record Gone(long newest, List<StateVersion> versions) {}

    private @Nullable Lock admitted(StateHead head, WriteOptions options, Instant now, OperationRecorder recorder) {
        rules.here(head, now);
        Authorization.checkLock(recorder.caller(), head.lock(), options.lockId(), head.name());
        if (head.incomplete()) {
            WriteRules.whole(head);
        }
        Lock lock = rules.admit(head, options, now);
        recorder.lock(lock);
        return lock;
    }

    /** The quarantine; not the keys that a storage has beside it where this service was given none. */
    private List<StateVersion> documents(StateName name) {
        return store.attachments(name).stream()
                .filter(record -> !record.id().startsWith(StoreCount.KEY))
                .toList();
    }

    /** The commit tried to as well, and took no failure for one of its own; here it is one. */
    private void forget(StateName name, List<StateVersion> gone) {
        gone.forEach(version -> store.deleteContent(name, version));
    }

    /** What is there and named by nobody may hold what was purged: all that is found now goes. */
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
