package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.diff.StateOutputs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The states of one storage, with all rules: permissions, serial and lineage, locks, leases, fences, history and
 * retention. Layers above use only this class; it works on every {@link StateStore}.
 *
 * <p>Safe for use by many threads. Every change is one compare-and-set of a state's head, so a check and its write
 * are atomic. If the head changed in between, the rules are applied again. Every method may throw {@link Unavailable}
 * when the storage is unavailable. Repeating a call with the same arguments after that does not fail if the first
 * call succeeded.
 *
 * <p>Every method with the name of a state asks the {@link CallerSource} first and throws {@link Forbidden} or {@link
 * Unauthenticated} if the caller lacks the permission. Another identity cannot use the lock of an authenticated one.
 */
public final class StateBackend implements AutoCloseable {

    /** The resolution of times that every storage keeps. */
    private static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

    private final StateStore store;
    private final Committer committer;
    private final Clock clock;
    private final BackendSettings settings;
    private final Calls calls;
    private final Reads reads;
    private final Writes writes;
    private final Restores restores;
    private final Purges purges;
    private final Comparisons comparisons;
    private final BatchImport imports;
    private final Locks locks;
    private final Moves moves;
    private final Labelling labelling;
    private final Quarantine quarantine;
    private final EarlyRefusal early;

    /** Creates a backend that closes the store when it is closed. */
    public StateBackend(StateStore store, Clock clock, BackendSettings settings) {
        this(store, clock, settings, operation -> {});
    }

    /** Creates a backend with a listener for every call. */
    public StateBackend(StateStore store, Clock clock, BackendSettings settings, OperationListener listener) {
        this(store, clock, settings, listener, CallerSource.open());
    }

    /** Creates a backend with a listener, and with a source of callers and their permissions. */
    public StateBackend(
            StateStore store, Clock clock, BackendSettings settings, OperationListener listener, CallerSource callers) {
        this.store = store;
        this.clock = Clock.tick(clock, TICK);
        this.settings = settings;
        this.calls = new Calls(store, listener, callers);
        this.committer = new Committer(store, this.clock);
        WriteRules rules = new WriteRules(settings);
        this.reads = new Reads(store, rules, this.clock);
        this.writes = new Writes(store, committer, rules, new Retention(settings));
        this.quarantine = new Quarantine(store, settings, listener);
        this.restores = new Restores(store, reads, writes);
        this.purges = new Purges(store, committer, rules);
        this.comparisons = new Comparisons(reads);
        this.imports = new BatchImport(store, committer, rules);
        this.locks = new Locks(store, settings, committer, rules);
        this.moves = new Moves(store, settings, committer, rules, imports, locks);
        this.labelling = new Labelling(committer, rules);
        this.early = new EarlyRefusal(store, rules, quarantine, this.clock);
    }

    /** Returns the record of the current version, or empty if the state does not exist. Never reads the document. */
    public Optional<StateVersion> current(StateName name) {
        return calls.read(name, call -> call.found(reads.current(name)));
    }

    /** Returns the current version with its document, or empty if the state does not exist. */
    public Optional<VersionedDocument> get(StateName name) {
        return get(name, size -> {});
    }

    /**
     * Returns the same as {@link #get(StateName)}, after reserving memory.
     *
     * @param room reserves memory for this number of bytes before the document is read; its exception ends the call
     */
    public Optional<VersionedDocument> get(StateName name, LongConsumer room) {
        return calls.read(name, call -> call.read(reads.document(name, room)));
    }

    /** Returns the record of a kept version, also of a deleted state, or empty if it is not kept. */
    public Optional<StateVersion> version(StateName name, long number) {
        return calls.of(Kind.GET, Permission.READ, name, call -> call.orNotFound(reads.version(name, number)));
    }

    /** Returns the same as {@link #get(StateName, long, LongConsumer)}, without reserving memory. */
    public Optional<VersionedDocument> get(StateName name, long number) {
        return get(name, number, size -> {});
    }

    /** Returns a kept version with its document, also of a deleted state, or empty if it is not kept. */
    public Optional<VersionedDocument> get(StateName name, long number, LongConsumer room) {
        return calls.of(Kind.GET, Permission.READ, name, call -> call.read(reads.document(name, number, room)));
    }

    /**
     * Returns the version that was current at a time: the newest kept one accepted by then. Returns empty if there
     * was none, or if the state was deleted then and still is.
     *
     * <p>A deletion before a new document is not recorded: for a time in between, the result is the version before
     * it. {@link PointInTime#certain()} is false if retention removed versions in between.
     */
    public Optional<PointInTime> at(StateName name, Instant time) {
        return calls.of(Kind.GET, Permission.READ, name, call -> call.orNotFound(reads.at(name, time)));
    }

    /**
     * Writes a document as the new current version. The checks have this order: the same bytes succeed without a
     * change; a locked state requires the lock's id; an id requires its lock; the preconditions; serial and lineage
     * must follow.
     *
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost, a precondition does not hold, or the document does not follow the
     *     current one
     * @throws Forbidden if the caller lacks the permission. Like the two above and {@link Unauthenticated}, it has
     *     the outcome for a document with a lock id: it is quarantined if the caller holds or held the lock.
     */
    public WriteResult put(StateName name, StateDocument document, WriteOptions options) {
        return calls.of(Kind.PUT, name, options.author(), call -> {
            WriteOptions authored = options.authoredBy(call.caller());
            try {
                calls.permit(Kind.PUT, Permission.WRITE, name, options, call.caller());
                return call.written(writes.put(name, document, authored, call.caller()));
            } catch (Locked | Conflict | Moved | Forbidden | Unauthenticated refusal) {
                throw quarantine.refusal(
                        refusal, new Quarantine.Attempt(name, document, authored, call.caller(), clock.instant()));
            }
        });
    }

    /**
     * Throws what {@link #put} would throw for every document of this size, before the document is read. {@link #put}
     * may still reject a document that passes. Under a lock, it only rejects documents that would not be quarantined.
     *
     * @param size in bytes; -1 if unknown
     */
    public void expect(StateName name, long size, WriteOptions options) {
        Caller caller = calls.caller();
        try {
            early.check(name, size, options, caller);
        } catch (StateException refusal) {
            calls.since(System.nanoTime(), Kind.PUT, name, caller, options.author(), call -> {
                throw refusal;
            });
        }
    }

    /**
     * Writes the content of a kept version as a new version, also of a deleted state. Its serial is raised above all
     * earlier ones; the rest of the document stays. A document without a serial, or an encrypted one, stays
     * unchanged. If the current document already has that content, with any serial, nothing is done. So repeating a
     * restore does not restore twice.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws NotFound if the version is not kept
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost or a precondition does not hold
     */
    public RestoreResult restore(StateName name, long number, WriteOptions options, LongConsumer room) {
        return calls.change(
                Kind.RESTORE,
                Permission.RESTORE,
                name,
                options,
                (call, authored) -> call.restored(restores.version(name, number, authored, room, call.caller())));
    }

    /**
     * Writes a quarantined document as a new version, like {@link #restore}, and removes it from quarantine. Does
     * nothing if that was done before and the version is among the newest {@value ListQuery#MAX_LIMIT}.
     */
    public RestoreResult restoreQuarantined(StateName name, String id, WriteOptions options, LongConsumer room) {
        return calls.change(
                Kind.RESTORE,
                Permission.RESTORE,
                name,
                options,
                (call, authored) -> call.restored(restores.quarantined(name, id, authored, room, call.caller())));
    }

    /**
     * Creates a state without a version, also over a deleted one, whose history and counters stay. Until a version is
     * written, {@link StateHead#created()} is true. No lock is required, and a lock that is held stays.
     *
     * <p>If the state was created before and has no version, only labels whose key is missing there are added. So repeating
     * a create after a lost answer succeeds, and takes nothing from another creator.
     *
     * @param author the name of the caller, if known
     * @throws Conflict with {@code EXISTS} if the state has a current version
     */
    public LabelsResult create(StateName name, Labels labels, String author) {
        return calls.of(
                Kind.CREATE, Permission.WRITE, name, author, call -> call.labelled(labelling.create(name, labels)));
    }

    /**
     * Returns the labels of a state that has a version, was created, or is locked; empty if there is no such state. A state
     * that never had any has {@link Labels#NONE}.
     */
    public Optional<Labels> labels(StateName name) {
        return calls.of(Kind.GET, Permission.READ, name, call -> call.orNotFound(reads.labels(name)));
    }

    /**
     * Changes the labels of a state that has a version, was created, or is locked. The other labels stay. No lock is
     * required. If the labels are so already, nothing is done.
     *
     * @param changes the new value of each key; null removes it, and a missing one is no error
     * @param author the name of the caller, if known
     * @throws NotFound if there is no such state
     * @throws Invalid if a key or a value is not allowed, or there would be more than {@value Labels#MAX_COUNT} labels
     */
    public LabelsResult label(StateName name, Map<String, @Nullable String> changes, String author) {
        return calls.of(
                Kind.LABEL,
                Permission.WRITE,
                name,
                author,
                call -> call.labelled(labelling.change(name, changes, null)));
    }

    /**
     * Changes labels as {@link #label(StateName, Map, String)}, if they are the ones that were seen.
     *
     * @throws Conflict with {@code PRECONDITION} if they are others
     */
    public LabelsResult label(StateName name, Map<String, @Nullable String> changes, Labels seen, String author) {
        return calls.of(
                Kind.LABEL,
                Permission.WRITE,
                name,
                author,
                call -> call.labelled(labelling.change(name, changes, seen)));
    }

    /**
     * Deletes the current document and the labels; of a created state without a version, the labels alone, so that it is
     * gone. The history and the counters stay.
     *
     * @return whether there was a document or a created state
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost or a precondition does not hold
     */
    public boolean delete(StateName name, WriteOptions options) {
        return calls.change(
                Kind.DELETE,
                Permission.DELETE,
                name,
                options,
                (call, authored) -> call.deleted(writes.delete(name, authored, call.caller())));
    }

    /**
     * Permanently removes a version that is not current, a quarantined document, or a whole deleted state. Version
     * numbers are never reused. Locks and preconditions apply as for a write. Requires the permission {@code purge}.
     * Versions and states that are already gone are not an error; a missing quarantined document is.
     *
     * @throws NotFound if there never was such a version or state, or there is no such quarantined document
     * @throws Conflict with {@code CURRENT} if the version is current or the state is not deleted; also if the lock
     *     was lost or a precondition does not hold
     * @throws Locked if another holds the lock
     * @throws Unavailable also if records were removed but contents may be left; a second call removes them
     */
    public PurgeResult purge(StateName name, Purge asked, WriteOptions options) {
        return calls.of(Kind.PURGE, name, options.author(), call -> {
            call.purging(asked); // a refusal tells what was to go, too
            WriteOptions authored = calls.permit(Kind.PURGE, Permission.PURGE, name, options, call.caller());
            Purges.Dropped dropped = call.dropped(purges.drop(name, asked, authored, call.caller()));
            purges.clean(name, dropped);
            call.changed(dropped.purged().changed());
            return dropped.purged();
        });
    }

    /** Returns the heads that the caller can read, in byte order of their names. */
    public HeadPage list(ListQuery query) {
        return calls.list(caller -> Authorization.redacted(Authorization.readable(store, query, caller), caller));
    }

    /**
     * Returns whether {@link #list} is complete for this prefix; false if there may be states that the caller cannot
     * read.
     */
    public boolean readsAll(String prefix) {
        return calls.caller().mayBelow(Permission.READ, prefix);
    }

    /** Returns the locked heads that the caller can read, in byte order of their names. */
    public HeadPage locks(LockQuery query) {
        return calls.list(caller -> query.of(store, caller, clock.instant()));
    }

    /** Returns the counts of {@link StateStore#count()}, which contain no names. */
    public StoreCount count() {
        return store.count();
    }

    /**
     * Returns the records of the kept versions below {@code before}, newest first, also of a deleted state.
     *
     * @return the records, or an empty list if the state never existed
     * @throws Invalid if the limit is not between 1 and {@value ListQuery#MAX_LIMIT}
     */
    public List<StateVersion> history(StateName name, long before, int limit) {
        if (limit < 1 || limit > ListQuery.MAX_LIMIT) {
            throw new Invalid("limit=" + limit + " is not between 1 and " + ListQuery.MAX_LIMIT + ".");
        }
        return calls.of(Kind.HISTORY, Permission.READ, name, call -> reads.history(name, before, limit));
    }

    /** Returns the records of quarantined documents, oldest first. Requires the permission {@code write}. */
    public List<StateVersion> quarantine(StateName name) {
        return calls.of(Kind.HISTORY, Permission.WRITE, name, call -> store.attachments(name));
    }

    /**
     * Returns how many quarantined documents each of these states has, of those that the caller can write. A state without
     * any is not in the result. Empty if the storage could only be asked for each state alone.
     *
     * @param names at most {@value ListQuery#MAX_LIMIT}
     */
    public Optional<Map<StateName, Integer>> quarantined(Collection<StateName> names) {
        if (names.size() > ListQuery.MAX_LIMIT) {
            throw new IllegalArgumentException(names.size() + " states are more than " + ListQuery.MAX_LIMIT);
        }
        return calls.list(caller -> store.attached(names.stream()
                .filter(name -> caller.may(Permission.WRITE, name))
                .toList()));
    }

    /**
     * Returns the quarantined documents, and the versions that recovered them. Such a version has the same content
     * with any serial, as after {@code state push} of {@code errored.tfstate}.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}; contents of versions are compared
     */
    public List<QuarantinedDocument> quarantined(StateName name, LongConsumer room) {
        return calls.of(
                Kind.HISTORY,
                Permission.WRITE,
                name,
                call -> Recovery.of(store, name, room).judge(store.attachments(name)));
    }

    /**
     * Returns a quarantined document, or empty if there is none with this id. Requires the permission {@code write}.
     */
    public Optional<VersionedDocument> getQuarantined(StateName name, String id) {
        return calls.of(
                Kind.GET, Permission.WRITE, name, call -> call.orNotFound(reads.quarantined(name, id, size -> {})));
    }

    /**
     * Returns the differences between two versions of the same or of two states, also of deleted ones. Sensitive
     * values are not included.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws NotFound if one of them is not kept
     * @throws Conflict with {@code UNREADABLE} if one of them is encrypted or has an unknown format
     */
    public StateDiff diff(StateName name, long from, StateName otherName, long to, LongConsumer room) {
        return diff(name, from, otherName, to, false, room);
    }

    /**
     * Returns the differences between two versions.
     *
     * @param sensitive whether to include sensitive values
     */
    public StateDiff diff(
            StateName name, long from, StateName otherName, long to, boolean sensitive, LongConsumer room) {
        return calls.of(Kind.DIFF, Permission.READ, name, call -> {
            Authorization.check(call.caller(), Permission.READ, otherName);
            return comparisons.diff(name, from, otherName, to, sensitive, room);
        });
    }

    /**
     * Returns the outputs of the current document, or empty if there is none.
     *
     * @param sensitive whether to include values that are marked as sensitive
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws Conflict with {@code UNREADABLE} if the document is encrypted or has an unknown format
     */
    public Optional<StateOutputs> outputs(StateName name, boolean sensitive, LongConsumer room) {
        return calls.of(
                Kind.OUTPUTS,
                Permission.OUTPUTS,
                name,
                call -> call.read(reads.document(name, room))
                        .map(stored -> comparisons.outputs(name, stored, sensitive)));
    }

    /**
     * Returns a state with all its records, for {@link #importState} elsewhere. That includes deleted states, and
     * states that only have quarantined documents. Contents are read on demand, and retention may remove them before,
     * unless the caller holds the lock.
     */
    public Optional<StateSnapshot> snapshot(StateName name) {
        return calls.of(Kind.EXPORT, Permission.ADMIN, name, call -> call.orNotFound(imports.whole(name)));
    }

    /**
     * Imports a state with its numbers, records, contents, tombstone and counters. Higher counters of this backend
     * stay. Until the import is complete, {@link StateHead#incomplete()} is true, and reads and writes of the state
     * throw {@link Unavailable}. After a crash or a lost answer, a second call imports the missing part. A state that
     * changed at its source is updated.
     *
     * @param name the name here, which may differ from the name at the source
     * @param options author and lock id; a precondition is an {@link IllegalArgumentException}
     * @throws Conflict with {@code DIFFERS} if a different state exists here; nothing was changed. The caller decides
     *     whether to stop, skip it, or {@link #replace} it.
     * @throws Locked if another holds the lock here
     * @throws Invalid if a content does not match its record; the state stays incomplete
     */
    public ImportResult importState(StateName name, StateSnapshot state, WriteOptions options) {
        return calls.of(
                Kind.ADOPT,
                Permission.ADMIN,
                name,
                options.author(),
                call -> call.imported(state, imports.adopt(name, state, options)));
    }

    /**
     * Imports the oldest versions of a state whose newer ones follow, for a source that is read only once. The state
     * stays {@link StateHead#incomplete() incomplete} until {@link #importState} is called with all versions, or
     * {@link #replace}. A second call, also after a crash, goes on behind the versions that are here.
     *
     * @param part a state that ends with the newest version so far
     * @throws Conflict with {@code DIFFERS} if a different state exists here; nothing was changed
     */
    public ImportResult importPart(StateName name, StateSnapshot part, WriteOptions options) {
        return calls.of(
                Kind.ADOPT,
                Permission.ADMIN,
                name,
                options.author(),
                call -> call.imported(part, imports.adoptPart(name, part, options)));
    }

    /**
     * Imports a state like {@link #importState} and replaces the existing one. That one is first copied to {@code
     * keptAs}, and then removed here in one commit. After a crash, a second call continues.
     *
     * @throws Conflict with {@code DIFFERS} if a different state exists at {@code keptAs}, or this one changed
     *     meanwhile
     */
    public ImportResult replace(StateName name, StateSnapshot state, WriteOptions options, StateName keptAs) {
        return calls.of(Kind.ADOPT, Permission.ADMIN, name, options.author(), call -> {
            Authorization.check(call.caller(), Permission.ADMIN, keptAs);
            return call.imported(state, imports.replace(name, state, options, keptAs));
        });
    }

    /**
     * Copies a state to another name, consistently: its versions with numbers, times, authors and operations, and its
     * counters. Quarantined documents are included if the caller has {@code write} on the state. The lock is not
     * copied. Until the copy is complete, its {@link StateHead#incomplete()} is true. A second call after a failure
     * copies the missing part. Repeating a complete copy succeeds without a change.
     *
     * <p>Requires {@code read} on the state and {@code write} on the new name.
     *
     * @param options author, and the id of a lock on the new name; a precondition is an {@link
     *     IllegalArgumentException}
     * @throws NotFound if the state does not exist
     * @throws Conflict with {@code EXISTS} if the new name has a state or the history of a deleted one
     * @throws Unavailable also if the state kept changing while it was copied; a part of the copy may exist then
     */
    public MoveResult copy(StateName from, StateName to, WriteOptions options) {
        return calls.of(Kind.COPY, Permission.READ, from, options.author(), call -> {
            Authorization.check(call.caller(), Permission.WRITE, to);
            call.target(Moves.different(from, to));
            return call.moved(moves.copy(from, to, options.authoredBy(call.caller()), call.caller()));
        });
    }

    /**
     * Moves a state to another name: copies it like {@link #copy}, and then removes it from the old name in one
     * commit. Afterwards, calls with the old name throw {@link Moved} for {@link BackendSettings#movedKept()}.
     * Between that commit and the next one, which completes the state at its new name, it cannot be read at either.
     *
     * <p>The state is locked with a lease while it is moved, unless the caller gives the id of its own lock, which
     * the move releases. After any failure, the same call completes the move.
     *
     * <p>Requires {@code read}, {@code write} and {@code delete} on the old name, and {@code write} on the new one. A
     * state can move back to an old name.
     *
     * @throws Locked if another holds the lock of either name
     */
    public MoveResult move(StateName from, StateName to, WriteOptions options) {
        return calls.of(Kind.MOVE, Permission.READ, from, options.author(), call -> {
            Authorization.check(call.caller(), Permission.WRITE, from);
            Authorization.check(call.caller(), Permission.DELETE, from);
            Authorization.check(call.caller(), Permission.WRITE, to);
            call.target(Moves.different(from, to));
            Committed<MoveResult> moved = moves.move(from, to, options.authoredBy(call.caller()), call.caller());
            return call.under(moved.lock()).moved(moved.result());
        });
    }

    /**
     * Frees the old name of a moved state. Requires {@code delete} on it.
     *
     * @return whether the name was the old name of a moved state
     */
    public boolean endMove(StateName name) {
        return calls.of(Kind.MOVE_END, Permission.DELETE, name, call -> call.changed(moves.end(name)));
    }

    /** Returns calls for many small states at once, or empty if this storage does not benefit from them. */
    public Optional<BackendBatch> batch() {
        return store.batch().map(batch -> new BackendBatch(batch, imports, calls));
    }

    /**
     * Takes the lock of a state, which need not exist.
     *
     * @param asked the description by the holder. Without an id the backend generates one and a ttl is required: a
     *     lost answer must not leave a lock that cannot be released
     * @throws Locked if another holds the lock, also after the wait
     * @throws Conflict with {@code LOCK_USED} if this id holds the lock and wrote the current version under it,
     *     unless a ttl renews it
     * @throws Forbidden also if {@link LockInfo#writes()} and the caller lacks the permission to write
     */
    public LockResult lock(StateName name, LockInfo asked, LockOptions options) {
        if (asked.id().isEmpty() && options.ttl() == null) {
            throw new Invalid("A lock without an id from the client requires a ttl, such as ttl=PT10M.");
        }
        LockInfo info = asked.completed(UUID.randomUUID().toString(), clock.instant());
        return calls.of(Kind.LOCK, Permission.LOCK, name, info.who(), call -> {
            Authorization.checkLocking(call.caller(), info, name);
            LockResult acquired = locks.lock(name, info, options, call.caller());
            call.under(acquired.lock()).changed(acquired.fresh());
            return acquired;
        });
    }

    /**
     * Releases a lock whose answer did not reach the client. A lock that was used or requested again since stays.
     *
     * @return whether it was released
     */
    public boolean withdraw(StateName name, LockResult granted) {
        return calls.of(
                Kind.UNLOCK,
                name,
                granted.lock().info().who(),
                call -> call.under(granted.lock()).changed(locks.withdraw(name, granted)));
    }

    /** Returns the number of calls that wait for a lock. */
    public int waiters() {
        return locks.waiters();
    }

    /**
     * Returns who waits for the locks of the states that the caller can read, in this process: other replicas have lines of
     * their own. A state for whose lock nobody waits is not in the result.
     */
    public Map<StateName, WaitingLine> waitingLines() {
        Caller caller = calls.caller();
        return caller.expired() ? Map.of() : locks.lines(name -> caller.may(Permission.READ, name));
    }

    /**
     * Renews the lease of a lock for {@code ttl} from now. An expired lease can be renewed while no one else has
     * taken the lock. With expired credentials, the lease can be renewed within their grace.
     *
     * @throws Conflict with {@code LOCK_LOST} if the state is not locked
     * @throws Locked if another holds the lock
     */
    public Lock renew(StateName name, String id, Duration ttl) {
        LockOptions.checkTtl(ttl);
        return calls.underLock(Kind.RENEW, name, id, call -> {
            Lock lock = locks.renew(name, id, ttl, call.caller());
            call.under(lock).changed(true);
            return lock;
        });
    }

    /**
     * Releases the lock.
     *
     * @return false if the state was not locked
     * @throws Locked if another holds the lock
     */
    public boolean unlock(StateName name, String id) {
        return release(name, id).released();
    }

    /** Releases the lock like {@link #unlock}, and returns the head afterwards. */
    public UnlockResult release(StateName name, String id) {
        return calls.underLock(
                Kind.UNLOCK, name, id, call -> call.released(locks.release(name, id, call.caller()), false));
    }

    /** Breaks a lock by its id, for a client that sends only the id. It is recorded as a broken lock. */
    public boolean breakLock(StateName name, String id) {
        return calls.underLock(
                        Kind.UNLOCK_FORCE,
                        name,
                        id,
                        call -> call.released(locks.release(name, id, call.caller()), true))
                .released();
    }

    /**
     * Breaks the lock of any holder. An authenticated identity can break its own lock; for a lock of another it
     * requires {@code unlock-force}.
     *
     * @param author the name of the caller, if known
     * @return false if the state was not locked
     * @throws Forbidden if the settings do not allow it
     */
    public boolean forceUnlock(StateName name, String author) {
        return calls.of(Kind.UNLOCK_FORCE, name, author, call -> {
            Authorization.checkBreaking(call.caller(), name);
            if (!settings.forcedUnlock()) {
                throw new Forbidden(
                        "unlock-force",
                        "Force unlock is disabled (kolumn.state.lock.force-unlock=false). Give the id of the lock.");
            }
            calls.before(Kind.UNLOCK_FORCE);
            return call.released(locks.release(name, null, call.caller()), true).released();
        });
    }

    /** Returns the head of a state, also of a deleted one, or empty if it never existed. */
    public Optional<StateHead> head(StateName name) {
        return calls.of(
                Kind.GET,
                Permission.READ,
                name,
                call -> call.orNotFound(store.head(name).map(head -> Authorization.redacted(head, call.caller()))));
    }

    /**
     * Returns the lock of a state, also with an expired lease that no one has taken since, or empty if there is none.
     */
    public Optional<Lock> lockOf(StateName name) {
        return calls.of(
                Kind.LOCK_OF,
                Permission.READ,
                name,
                call -> call.orNotFound(reads.head(name).map(StateHead::held)));
    }

    /**
     * Ends all present and future waits for locks with {@link Unavailable}, so that clients go to another replica
     * during shutdown. Other calls still work.
     */
    public void stopWaiting() {
        locks.stopWaiting();
    }

    /** Returns the orphans of {@link StateStore#orphans}. */
    public List<String> orphans(StateName name) {
        Authorization.check(calls.caller(), Permission.ADMIN, name);
        return store.orphans(name);
    }

    /** Removes orphans, see {@link StateStore#sweep}. */
    public int sweep(StateName name, Duration age) {
        Authorization.check(calls.caller(), Permission.ADMIN, name);
        return store.sweep(name, age);
    }

    /**
     * Returns a document of the service itself, which is kept beside the states under a reserved name. It asks no one
     * for a permission: whoever uses it must.
     *
     * @param name such as {@code tokens}
     */
    public ServiceDocument serviceDocument(String name) {
        return new ServiceDocument(store, committer, name);
    }

    /** Returns what an inventory of this backend needs. It asks no one for a permission: whoever uses it must. */
    public Indexing indexing() {
        return new Indexing(store, calls);
    }

    /** Returns the result of {@link StateStore#check()}. */
    public StoreCheck check() {
        return store.check();
    }

    @Override
    public void close() {
        store.close();
    }
}
