package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.backend.QuarantinedDocument;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.diff.StateOutputs;
import io.kolumn.state.inventory.InventoryStats;
import io.kolumn.state.inventory.ResourcePage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The states that verbs work on, as {@link io.kolumn.state.backend.StateBackend} has them. Every method may throw a {@link
 * io.kolumn.state.StateException}, whichever side it comes from.
 */
interface States {

    /** What {@link #at} says where it cannot be certain. */
    String UNSURE = "Later versions are no longer kept. One of them may have been current at that time.";

    /** Heads in byte order of their names. Over a service, counters that it does not tell are 0. */
    HeadPage list(ListQuery query);

    /** The heads that have a lock, in byte order of their names. Over a service they know nothing but the lock. */
    HeadPage locks(LockQuery query);

    Optional<StateVersion> current(StateName name);

    /**
     * The head of a state, also of a deleted one, if the caller may list it. Of all names that start with this one it is the
     * first.
     */
    default Optional<StateHead> head(StateName name) {
        return list(new ListQuery(name.value(), null, 1, true, true)).heads().stream()
                .filter(head -> head.name().equals(name))
                .findFirst();
    }

    /** The labels of a state; empty if there is none. */
    Optional<Labels> labels(StateName name);

    /** Changes labels, of which null removes one; gives all of them. */
    Labels label(StateName name, Map<String, @Nullable String> changes, String author);

    Optional<VersionedDocument> get(StateName name);

    Optional<VersionedDocument> get(StateName name, long version);

    /**
     * The version that was current at a time.
     *
     * @param unsure is told why if it cannot be known for certain
     */
    Optional<VersionedDocument> at(StateName name, Instant time, Consumer<String> unsure);

    /** How a version differs from another one, of the same or of another state. */
    StateDiff diff(StateName name, long from, StateName otherName, long to, boolean sensitive);

    /**
     * The outputs of the current document.
     *
     * @param version its number
     * @param outputs in its order
     */
    record OutputValues(long version, List<StateOutputs.Output> outputs) {}

    /**
     * The outputs of a state; empty if there is no such state.
     *
     * @param sensitive whether the values of sensitive ones are asked for, too
     */
    Optional<OutputValues> outputs(StateName name, boolean sensitive);

    /** A quarantined document. */
    Optional<VersionedDocument> getQuarantined(StateName name, String id);

    WriteResult put(StateName name, StateDocument document, WriteOptions options);

    /** A version again as a new one; its serial is set above the highest that there was. */
    RestoreResult restore(StateName name, long version, WriteOptions options);

    /** Writes a quarantined document as a new version. */
    RestoreResult restoreQuarantined(StateName name, String id, WriteOptions options);

    /** Whether there was one. */
    boolean delete(StateName name, WriteOptions options);

    /** Removes for good what is asked. */
    PurgeResult purge(StateName name, Purge asked, WriteOptions options);

    List<StateVersion> history(StateName name, long before, int limit);

    /** The quarantine, oldest first, with what became of it. */
    List<QuarantinedDocument> quarantined(StateName name);

    /**
     * Takes the lock; the same id again is a success.
     *
     * @param ttl makes it a lease; null for a lock without end
     */
    LockResult lock(StateName name, LockInfo info, @Nullable Duration ttl, Duration maxWait);

    /** Lets the lease of a held lock go on for so long from now. */
    Lock renew(StateName name, String id, Duration ttl);

    /** Whether it was locked. */
    boolean unlock(StateName name, String id);

    /** Whether it was locked. */
    boolean forceUnlock(StateName name, String author);

    Optional<Lock> lockOf(StateName name);

    /** As {@link io.kolumn.state.inventory.Inventory#find}. */
    ResourcePage find(ResourceQuery query);

    /** As {@link io.kolumn.state.inventory.Inventory#stats}. */
    InventoryStats stats(String prefix);

    /** As {@link io.kolumn.state.backend.StateBackend#copy}. */
    MoveResult copy(StateName from, StateName to, WriteOptions options);

    /** As {@link io.kolumn.state.backend.StateBackend#move}. */
    MoveResult move(StateName from, StateName to, WriteOptions options);

    /** As {@link io.kolumn.state.backend.StateBackend#endMove}. */
    boolean endMove(StateName name);
}
