package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * The states of one storage and every rule about them: who may write, serial and lineage, locks, leases, fences, history
 * and retention. The only door for the layers above; any {@link StateStore} will do below.
 *
 * <p>Safe for use by many threads. Every change is one compare-and-set of a state's head, so that a check and the write
 * that it guards cannot come apart; a head that moved in between is judged anew. Every method may throw
 * {@link Unavailable} when the storage cannot answer; a call that is tried again with the same arguments after that does
 * not fail where the first one succeeded.
 *
 * <p>Every method that names a state asks the {@link CallerSource} first and throws {@link Forbidden} or {@link Unauthenticated}
 * where the caller may not; so no way of calling can forget it. A lock that a proven identity took is of use to no other.
 */
public final class StateBackend implements AutoCloseable {

    /** What every storage can keep of a time. */
    private static final Duration TICK = Duration.of(1, ChronoUnit.MICROS);

    private final StateStore store;
    private final Clock clock;
    private final BackendSettings settings;
    private final OperationListener listener;
    private final CallerSource guard;
    private final Reads reading;
    private final Writes writing;
    private final Restores restoring;
    private final Purges purging;
    private final Comparisons comparing;
    private final BatchImport adopting;
    private final Locks locking;
    private final Moves moving;
    private final Quarantine quarantine;
    private final EarlyRefusal early;

    /** The backend closes the store when it is closed. */
    public StateBackend(StateStore store, Clock clock, BackendSettings settings) {
        this(store, clock, settings, operation -> {});
    }

    /** As {@link #StateBackend(StateStore, Clock, BackendSettings)}, with someone who is told of every call. */
    public StateBackend(StateStore store, Clock clock, BackendSettings settings, OperationListener listener) {
        this(store, clock, settings, listener, CallerSource.open());
    }

    /** As above, with someone who knows who calls and what the caller may do. */
    public StateBackend(
            StateStore store, Clock clock, BackendSettings settings, OperationListener listener, CallerSource guard) {
        this.store = store;
        this.clock = Clock.tick(clock, TICK);
        this.settings = settings;
        this.listener = listener;
        this.guard = guard;
        Committer committer = new Committer(store, this.clock);
        WriteRules rules = new WriteRules(settings);
        this.reading = new Reads(store, rules, this.clock);
        this.writing = new Writes(store, committer, rules, new Retention(settings));
        this.quarantine = new Quarantine(store, settings, listener);
        this.restoring = new Restores(store, reading, writing);
        this.purging = new Purges(store, committer, rules);
        this.comparing = new Comparisons(reading);
        this.adopting = new BatchImport(store, committer, rules);
        this.locking = new Locks(store, settings, committer, rules);
        this.moving = new Moves(store, settings, committer, rules, adopting, locking);
        this.early = new EarlyRefusal(store, rules, quarantine, this.clock);
    }

    /** The record of the current version; empty if the state was deleted or never written. Never reads the document. */
    public Optional<StateVersion> current(StateName name) {
        return read(name, seen -> seen.found(reading.current(name)));
    }

    /** The current version with its document; empty if the state was deleted or never written. */
    public Optional<VersionedDocument> get(StateName name) {
        return get(name, size -> {});
    }

    /**
     * As {@link #get(StateName)}.
     *
     * @param room is asked to make room for so many bytes before the document is read; what it throws ends the call
     */
    public Optional<VersionedDocument> get(StateName name, LongConsumer room) {
        return read(name, seen -> seen.read(reading.document(name, room)));
    }

    /** The record of a kept version, of a deleted state too; empty if there is no such version, or no longer. */
    public Optional<StateVersion> version(StateName name, long number) {
        return observe(Kind.GET, Permission.READ, name, "", seen -> seen.orNotFound(reading.version(name, number)));
    }

    /** As {@link #get(StateName, long, LongConsumer)}. */
    public Optional<VersionedDocument> get(StateName name, long number) {
        return get(name, number, size -> {});
    }

    /** A kept version with its document, of a deleted state too; empty if there is no such version, or no longer. */
    public Optional<VersionedDocument> get(StateName name, long number, LongConsumer room) {
        return observe(Kind.GET, Permission.READ, name, "", seen -> seen.read(reading.document(name, number, room)));
    }

    /**
     * Which version was current at a time: the newest kept one that had been accepted by then; empty if there was none, or
     * the state is deleted and was so then. A deletion that was followed by a new document is not recorded: between the two
     * the version before it is given. Where retention dropped versions in between, {@link PointInTime#certain()} is false.
     */
    public Optional<PointInTime> at(StateName name, Instant time) {
        return observe(Kind.GET, Permission.READ, name, "", seen -> seen.orNotFound(reading.at(name, time)));
    }

    /**
     * Writes a document over the current one, by the rules in this order: the bytes of the current document are a success
     * and change nothing; a lock wants its id; an id wants its lock; the preconditions; serial and lineage must follow.
     *
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost, a precondition does not hold, or the document does not follow the current
     *     one
     * @throws Forbidden if the caller may not. Like the two above, and {@link Unauthenticated}, it says what became of the
     *     document where the writer gave a lock id: that of somebody who holds or held the lock is quarantined.
     */
    public WriteResult put(StateName name, StateDocument document, WriteOptions options) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.PUT, name, caller, options.author(), seen -> {
            WriteOptions proven = options.provenBy(caller);
            try {
                Authorization.checkChange(caller, Permission.WRITE, name, options);
                before(Kind.PUT);
                return writing.put(name, document, proven, seen);
            } catch (Locked | Conflict | Moved | Forbidden | Unauthenticated refusal) {
                throw quarantine.refusal(
                        refusal, new Quarantine.Attempt(name, document, proven, caller, clock.instant()));
            }
        });
    }

    /**
     * Refuses what {@link #put} would refuse of any document of this size, before it has come. What is not refused here
     * may still be refused there. Under a lock only a document of which nothing would be kept is refused here.
     *
     * @param size in bytes; -1 if it is not known
     */
    public void expect(StateName name, long size, WriteOptions options) {
        Caller caller = guard.caller();
        try {
            early.check(name, size, options, caller);
        } catch (StateException refusal) {
            OperationRecorder.of(listener, Kind.PUT, name, caller, options.author(), seen -> {
                throw refusal;
            });
        }
    }

    /**
     * Makes the content of a kept version the current document again, as a new version; of a deleted state too. Its serial
     * is set above the highest that the state ever had by replacing the number alone, unless it is above already, the
     * document has none, or it is encrypted: then it goes back exactly as it was. If the current document is that content,
     * whatever its serial, nothing is done, so that a second try does not restore twice.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws NotFound if the version is not kept
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost or a precondition does not hold
     */
    public RestoreResult restore(StateName name, long number, WriteOptions options, LongConsumer room) {
        return change(
                Kind.RESTORE,
                Permission.RESTORE,
                name,
                options,
                (proven, seen) -> restoring.version(name, number, proven, room, seen));
    }

    /**
     * As {@link #restore}, of a quarantined document; it then is a version and quarantined no more. If that
     * was done before, and the version is among the newest {@value ListQuery#MAX_LIMIT}, nothing is done.
     */
    public RestoreResult restoreQuarantined(StateName name, String id, WriteOptions options, LongConsumer room) {
        return change(
                Kind.RESTORE,
                Permission.RESTORE,
                name,
                options,
                (proven, seen) -> restoring.quarantined(name, id, proven, room, seen));
    }

    /**
     * Deletes the current document. Its versions stay in the history and its counters go on.
     *
     * @return whether there was one
     * @throws Locked if another holds the lock
     * @throws Conflict if the lock was lost or a precondition does not hold
     */
    public boolean delete(StateName name, WriteOptions options) {
        return change(
                Kind.DELETE, Permission.DELETE, name, options, (proven, seen) -> writing.delete(name, proven, seen));
    }

    /**
     * Removes for good: a version that is not the current one, a quarantined document, or a deleted state with all
     * that is left of it. The numbers of its versions are not given again. It obeys locks and preconditions as a write does,
     * and takes the permission {@code purge}. What is gone already is not an error, but for the quarantine.
     *
     * @throws NotFound if there never was such a version or state, or nothing is quarantined by that id
     * @throws Conflict with {@code CURRENT} if it is the current version, or the state is not deleted; also if the lock was
     *     lost or a precondition does not hold
     * @throws Locked if another holds the lock
     * @throws Unavailable also if nobody reads it any more and the storage may still have it; a second call removes that
     */
    public PurgeResult purge(StateName name, Purge asked, WriteOptions options) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.PURGE, name, caller, options.author(), seen -> {
            seen.purged(new PurgeResult(asked, List.of(), List.of(), false)); // a refusal tells what was to go, too
            Authorization.checkChange(caller, Permission.PURGE, name, options);
            before(Kind.PURGE);
            return purging.run(name, asked, options.provenBy(caller), seen);
        });
    }

    /** Heads in byte order of their names, those that the caller may read. */
    public HeadPage list(ListQuery query) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.LIST, null, caller, "", seen -> {
            if (caller.expired()) {
                throw new Unauthenticated("Your token has expired.");
            }
            return Authorization.told(Authorization.readable(store, query, caller), caller);
        });
    }

    /** Whether {@link #list} gives every state with this prefix; false if there may be some that the caller may not read. */
    public boolean readsAll(String prefix) {
        return guard.caller().mayBelow(Permission.READ, prefix);
    }

    /** The heads that have a lock, in byte order of their names, those that the caller may read. */
    public HeadPage locks(LockQuery query) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.LIST, null, caller, "", seen -> {
            if (caller.expired()) {
                throw new Unauthenticated("Your token has expired.");
            }
            return query.of(store, caller, clock.instant());
        });
    }

    /** As {@link StateStore#count()}; it names no state. */
    public StoreCount count() {
        return store.count();
    }

    /**
     * The records of the kept versions below {@code before}, newest first, those of a deleted state too; empty if there
     * never was one.
     *
     * @throws Invalid if the limit is not within 1 and {@value ListQuery#MAX_LIMIT}
     */
    public List<StateVersion> history(StateName name, long before, int limit) {
        if (limit < 1 || limit > ListQuery.MAX_LIMIT) {
            throw new Invalid("limit=" + limit + " is not within 1 and " + ListQuery.MAX_LIMIT + ".");
        }
        return observe(Kind.HISTORY, Permission.READ, name, "", seen -> reading.history(name, before, limit));
    }

    /** The records of quarantined documents, oldest first. Reading them takes the right to write. */
    public List<StateVersion> quarantine(StateName name) {
        return observe(Kind.HISTORY, Permission.WRITE, name, "", seen -> store.attachments(name));
    }

    /**
     * As {@link #quarantine}, with what became of each: one that was recovered is in a version, such as by {@code state push} of a
     * client's {@code errored.tfstate}, which raises the serial.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}: contents of versions are compared
     */
    public List<QuarantinedDocument> quarantined(StateName name, LongConsumer room) {
        return observe(
                Kind.HISTORY,
                Permission.WRITE,
                name,
                "",
                seen -> Recovery.of(store, name, room).judge(store.attachments(name)));
    }

    /** A quarantined document; empty if there is none of this id. Takes the right to write. */
    public Optional<VersionedDocument> getQuarantined(StateName name, String id) {
        return observe(
                Kind.GET,
                Permission.WRITE,
                name,
                "",
                seen -> seen.orNotFound(reading.quarantined(name, id, size -> {})));
    }

    /**
     * How a version differs from another one, of the same or of another state, also of deleted ones; without the values of
     * what is sensitive.
     *
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws NotFound if one of them is not kept
     * @throws Conflict with {@code UNREADABLE} if one of them is encrypted, or of a format that is not known
     */
    public StateDiff diff(StateName name, long from, StateName otherName, long to, LongConsumer room) {
        return diff(name, from, otherName, to, false, room);
    }

    /**
     * As {@link #diff(StateName, long, StateName, long, LongConsumer)}.
     *
     * @param sensitive whether with the values of what is sensitive
     */
    public StateDiff diff(
            StateName name, long from, StateName otherName, long to, boolean sensitive, LongConsumer room) {
        return observe(Kind.DIFF, Permission.READ, name, "", seen -> {
            Authorization.check(seen.caller(), Permission.READ, otherName);
            return comparing.diff(name, from, otherName, to, sensitive, room);
        });
    }

    /**
     * The outputs of the current document; empty if there is none.
     *
     * @param sensitive whether with the values of those that are marked as sensitive
     * @param room as in {@link #get(StateName, LongConsumer)}
     * @throws Conflict with {@code UNREADABLE} if the document is encrypted, or of a format that is not known
     */
    public Optional<StateOutputs> outputs(StateName name, boolean sensitive, LongConsumer room) {
        return observe(
                Kind.OUTPUTS,
                Permission.OUTPUTS,
                name,
                "",
                seen -> seen.read(reading.document(name, room))
                        .map(stored -> comparing.outputs(name, stored, sensitive)));
    }

    /**
     * A state with all its records, for {@link #importState} elsewhere; of a deleted one too, and of one of which there is nothing
     * but the quarantine. Contents are read when they are asked for, and may be gone then, by retention, unless the
     * caller holds the lock.
     */
    public Optional<StateSnapshot> snapshot(StateName name) {
        return observe(Kind.EXPORT, Permission.ADMIN, name, "", seen -> seen.orNotFound(adopting.whole(name)));
    }

    /**
     * Carries a state over into this backend, as {@link StateSnapshot} says: with its numbers, records, contents and tombstone,
     * and its counters, or higher ones that are here. Until all of it is here {@link StateHead#incomplete()} is true, and who
     * reads the current version, or writes, gets {@link Unavailable}. After a crash, or a lost answer, a second call brings
     * what is missing; when nothing is, it changes nothing. A state that went on at its source is followed.
     *
     * @param name where to; it may be another name than the state had
     * @param options author and lock id; a precondition is an {@link IllegalArgumentException}
     * @throws Conflict with {@code DIFFERS} if anything is here that is not a beginning of that state: nothing was changed.
     *     Whether to stop, to pass on to the next or to {@link #replace} is for the caller.
     * @throws Locked if another holds the lock here
     * @throws Invalid if a content is not that of its record; what was brought before stays, and is not taken for complete
     */
    public ImportResult importState(StateName name, StateSnapshot state, WriteOptions options) {
        return observe(
                Kind.ADOPT,
                Permission.ADMIN,
                name,
                options.author(),
                seen -> seen.adopted(state, adopting.adopt(name, state, options)));
    }

    /**
     * As {@link #importState}, in place of what is here: that is first carried to {@code keptAs}, and taken away from here, in one
     * commit, when all of it is there. After a crash a second call goes on.
     *
     * @throws Conflict with {@code DIFFERS} if another state is at {@code keptAs}, or this one was changed meanwhile
     */
    public ImportResult replace(StateName name, StateSnapshot state, WriteOptions options, StateName keptAs) {
        return observe(Kind.ADOPT, Permission.ADMIN, name, options.author(), seen -> {
            Authorization.check(seen.caller(), Permission.ADMIN, keptAs);
            return seen.adopted(state, adopting.replace(name, state, options, keptAs));
        });
    }

    /**
     * Copies a state to another name, as it was at one moment: with its versions, their numbers, times, authors and
     * operations, its counters, and the quarantine beside it, if the caller may write it and so read that. Its lock stays
     * where it is. Until all is there {@link StateHead#incomplete()} is true of the copy. A second call after a failure brings
     * what is missing; a copy that is there already is a success that changes nothing.
     *
     * <p>It takes {@code read} of the one, and {@code write} of the other.
     *
     * @param options author, and the id of a lock on the other name; a precondition is an {@link IllegalArgumentException}
     * @throws NotFound if there is no such state
     * @throws Conflict with {@code EXISTS} if there is another state of that name, or the history of a deleted one
     * @throws Unavailable also if the state changed each time while it was copied: then a part may be there
     */
    public MoveResult copy(StateName from, StateName to, WriteOptions options) {
        return observe(Kind.COPY, Permission.READ, from, options.author(), seen -> {
            Authorization.check(seen.caller(), Permission.WRITE, to);
            return seen.carried(moving.copy(from, to, options.provenBy(seen.caller()), seen));
        });
    }

    /**
     * As {@link #copy}, and takes the state away from the name it had, in one commit when all is at the other one. From then
     * on who asks for the old name gets {@link Moved}, as long as {@link BackendSettings#movedKept()} says. Between that
     * commit and the next, which completes the state at its new name, it is not to be read at either.
     *
     * <p>The state is locked while it is moved, by a lease, unless the caller gives the id of a lock that it holds: that
     * lock ends with the move. After a failure, wherever, the same call again ends what was begun.
     *
     * <p>It takes {@code read}, {@code write} and {@code delete} of the old name, and {@code write} of the new one. A state
     * may come back to a name that it had.
     *
     * @throws Locked if another holds the lock of either name
     */
    public MoveResult move(StateName from, StateName to, WriteOptions options) {
        return observe(Kind.MOVE, Permission.READ, from, options.author(), seen -> {
            Authorization.check(seen.caller(), Permission.WRITE, from);
            Authorization.check(seen.caller(), Permission.DELETE, from);
            Authorization.check(seen.caller(), Permission.WRITE, to);
            return seen.carried(moving.move(from, to, options.provenBy(seen.caller()), seen));
        });
    }

    /**
     * Lets the address of a state that was moved say so no longer: from then on there is no state of that name. Takes
     * {@code delete} of it.
     *
     * @return whether it said so
     */
    public boolean endMove(StateName name) {
        return observe(Kind.MOVE_END, Permission.DELETE, name, "", seen -> {
            boolean ended = moving.end(name);
            seen.changed(ended);
            return ended;
        });
    }

    /** Calls for many small states at once; empty if this storage gains nothing by them. */
    public Optional<BackendBatch> batch() {
        return store.batch().map(batch -> new BackendBatch(batch, adopting, listener, guard));
    }

    /**
     * Takes the lock of a state, whether the state exists or not.
     *
     * @param asked what the holder says of itself; without an id the backend makes one, and then a ttl is needed, so that
     *     a lost answer leaves no lock that nobody can release
     * @throws Locked if another holds it, and did not release it while this one waited
     * @throws Conflict with {@code LOCK_USED} if this id holds it and the current version was written under it, unless a ttl
     *     renews it
     * @throws Forbidden also if {@link LockInfo#writes()} and the caller may not write
     */
    public LockResult lock(StateName name, LockInfo asked, LockOptions options) {
        if (asked.id().isEmpty() && options.ttl() == null) {
            throw new Invalid("A lock without an id of the client's own needs a ttl (such as ttl=PT10M).");
        }
        LockInfo info = asked.completed(UUID.randomUUID().toString(), clock.instant());
        return observe(Kind.LOCK, Permission.LOCK, name, info.who(), seen -> {
            Authorization.checkLocking(seen.caller(), info, name);
            LockResult acquired = locking.lock(name, info, options, seen.caller());
            seen.lock(acquired.lock()).changed(acquired.fresh());
            return acquired;
        });
    }

    /**
     * Takes back a lock whose answer did not reach whoever asked for it. A lock that was used since, or asked for again by
     * its id, stays: then its holder knows of it.
     *
     * @return whether it was taken back
     */
    public boolean withdraw(StateName name, LockResult granted) {
        return OperationRecorder.of(
                listener,
                Kind.UNLOCK,
                name,
                guard.caller(),
                granted.lock().info().who(),
                seen -> {
                    boolean withdrawn = locking.withdraw(name, granted);
                    seen.lock(granted.lock()).changed(withdrawn);
                    return withdrawn;
                });
    }

    /** How many stand in line for a lock. */
    public int waiters() {
        return locking.waiters();
    }

    /**
     * Gives the lease of a held lock a new end, {@code ttl} from now; also of one whose lease ran out, as long as nobody
     * else has taken it. A holder whose proof has run out renews within the grace of that proof.
     *
     * @throws Conflict with {@code LOCK_LOST} if it is not locked
     * @throws Locked if another holds it
     */
    public Lock renew(StateName name, String id, Duration ttl) {
        LockOptions.checkTtl(ttl);
        return underLock(Kind.RENEW, name, id, seen -> {
            Lock lock = locking.renew(name, id, ttl, seen.caller());
            seen.lock(lock).changed(true);
            return lock;
        });
    }

    /**
     * Releases the lock.
     *
     * @return false if it was not locked: nothing was to do
     * @throws Locked if another holds it
     */
    public boolean unlock(StateName name, String id) {
        return underLock(Kind.UNLOCK, name, id, seen -> {
            return released(locking.release(name, id, seen.caller()), false, seen);
        });
    }

    /**
     * As {@link #unlock}, of a client that says no more of the lock than its id: it breaks a lock that was left behind, which
     * is told as such.
     */
    public boolean breakLock(StateName name, String id) {
        return underLock(
                Kind.UNLOCK_FORCE, name, id, seen -> released(locking.release(name, id, seen.caller()), true, seen));
    }

    private static boolean released(Optional<Lock> ended, boolean broken, OperationRecorder seen) {
        Lock lock = ended.orElse(null);
        boolean forced = broken || (lock != null && lock.foreignTo(seen.caller().subject()));
        (forced ? seen.broken(lock) : seen.lock(lock)).changed(ended.isPresent());
        return ended.isPresent();
    }

    /**
     * Breaks the lock, whoever holds it. A proven identity may do so with a lock of its own as it may release it; of another's
     * it takes {@code unlock-force}.
     *
     * @param author who does it, as far as known
     * @return false if it was not locked: nothing was to do
     * @throws Forbidden if the settings do not allow it
     */
    public boolean forceUnlock(StateName name, String author) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.UNLOCK_FORCE, name, caller, author, seen -> {
            Authorization.checkBreaking(caller, name);
            if (!settings.forcedUnlock()) {
                throw new Forbidden(
                        "unlock-force",
                        "Breaking a lock by force is switched off (kolumn.state.lock.force-unlock=false); give its id.");
            }
            before(Kind.UNLOCK_FORCE);
            return released(locking.release(name, null, caller), true, seen);
        });
    }

    /** The head of a state, a tombstone's too; empty if there never was one. */
    public Optional<StateHead> head(StateName name) {
        return observe(
                Kind.GET,
                Permission.READ,
                name,
                "",
                seen -> seen.orNotFound(store.head(name).map(head -> Authorization.told(head, seen.caller()))));
    }

    /** The lock of a state, also one whose lease ran out and that nobody has taken since; empty if there is none. */
    public Optional<Lock> lockOf(StateName name) {
        return observe(
                Kind.LOCK_OF,
                Permission.READ,
                name,
                "",
                seen -> seen.orNotFound(reading.head(name).map(StateHead::held)));
    }

    /**
     * Sends away everybody who waits for a lock, and who asks to wait from now on, with {@link Unavailable}, so that they
     * ask elsewhere while this program ends. All other calls go on as before.
     */
    public void stopWaiting() {
        locking.stopWaiting();
    }

    /** As {@link StateStore#orphans}. */
    public List<String> orphans(StateName name) {
        Authorization.check(guard.caller(), Permission.ADMIN, name);
        return store.orphans(name);
    }

    /** As {@link StateStore#sweep}. */
    public int sweep(StateName name, Duration age) {
        Authorization.check(guard.caller(), Permission.ADMIN, name);
        return store.sweep(name, age);
    }

    /** As {@link StateStore#check()}. */
    public StoreCheck check() {
        return store.check();
    }

    @Override
    public void close() {
        store.close();
    }

    private <T> T observe(
            Kind kind, Permission verb, StateName name, String author, Function<OperationRecorder, T> call) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, kind, name, caller, author, seen -> {
            Authorization.check(caller, verb, name);
            before(kind);
            return call.apply(seen);
        });
    }

    private void before(Kind kind) {
        if (kind.changes()) {
            listener.before(kind);
        }
    }

    private <T> T read(StateName name, Function<OperationRecorder, T> call) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, Kind.GET, name, caller, "", seen -> {
            Authorization.checkRead(caller, name, store);
            return call.apply(seen);
        });
    }

    /** A call of whoever holds a lock, which may finish when its proof has run out. */
    private <T> T underLock(Kind kind, StateName name, String lockId, Function<OperationRecorder, T> call) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, kind, name, caller, "", seen -> {
            Authorization.checkUnderLock(caller, Permission.LOCK, name, lockId);
            before(kind);
            return call.apply(seen);
        });
    }

    /** A change of the document, which its author's lock may be needed for. */
    private <T> T change(
            Kind kind,
            Permission verb,
            StateName name,
            WriteOptions options,
            BiFunction<WriteOptions, OperationRecorder, T> call) {
        Caller caller = guard.caller();
        return OperationRecorder.of(listener, kind, name, caller, options.author(), seen -> {
            Authorization.checkChange(caller, verb, name, options);
            before(kind);
            return call.apply(options.provenBy(caller), seen);
        });
    }
}
