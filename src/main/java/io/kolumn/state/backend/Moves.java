package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateImport.Manner;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Moves and copies states to other names within one storage. All is copied to the new name, incomplete at first. One commit then
 * removes it from the old name, which names the new one from then on. The next commit completes it. So at most one of the names is
 * current, and a repeated call finds each finished step.
 */
final class Moves {

    private static final Logger LOG = Logger.getLogger(Moves.class);

    /** The number of reads of a state that keeps changing. */
    private static final int LOOKS = 5;

    private final StateStore store;
    private final BackendSettings settings;
    private final Committer committer;
    private final WriteRules rules;
    private final BatchImport imports;
    private final Locks locks;

    Moves(
            StateStore store,
            BackendSettings settings,
            Committer committer,
            WriteRules rules,
            BatchImport imports,
            Locks locks) {
        this.store = store;
        this.settings = settings;
        this.committer = committer;
        this.rules = rules;
        this.imports = imports;
        this.locks = locks;
    }

    MoveResult copy(StateName from, StateName to, WriteOptions options, Caller caller) {
        boolean withQuarantined = caller.may(Permission.WRITE, from);
        boolean begins = store.head(to).filter(head -> head.lastVersion() > 0).isEmpty();
        for (int look = 1; ; look++) {
            StateSnapshot whole = source(from);
            StateSnapshot snapshot = withQuarantined
                    ? whole
                    : new StateSnapshot(whole.head(), whole.versions(), List.of(), whole.contents());
            try {
                ImportResult copied = imports.copy(to, snapshot, at(to, options), Manner.COPIED);
                return carried(from, to, whole, copied);
            } catch (Unavailable e) {
                if (look == LOOKS || same(whole.head(), store.head(from).orElse(null))) {
                    throw e;
                }
                LOG.debugf(e, "State '%s' was changed while it was copied and is being read again.", from);
                if (begins) {
                    imports.undo(to); // perhaps of versions that are kept no longer
                }
            }
        }
    }

    /** Moves a state. The lock of the result is the one that the move took; null if the caller had one of its own. */
    Committed<MoveResult> move(StateName from, StateName to, WriteOptions options, Caller caller) {
        Committed<ImportResult> brought = new Committed<>(new ImportResult(0, 0, false), null, null);
        if (movedTo(from, to) == null) {
            try {
                checkSource(from, options, caller);
                checkTarget(from, to, options);
                brought = options.lockId() == null
                        ? underLease(from, to, options, caller)
                        : new Committed<>(underLock(from, to, options, () -> {}), null, null);
            } catch (StateException e) {
                if (e instanceof Unavailable || movedTo(from, to) == null) {
                    throw e;
                }
                // somebody else did the same and was faster
                brought = new Committed<>(brought.result(), e.callersLock(), null);
            }
        }
        return finished(from, to, brought);
    }

    /** Copies all of it under a lock of the move's own. That ends with the move, or when the move fails. */
    private Committed<ImportResult> underLease(StateName from, StateName to, WriteOptions options, Caller caller) {
        MoveLease lease = MoveLease.take(locks, committer, from, to, options.author(), caller);
        boolean moved = false;
        try {
            WriteOptions locked = options.withLock(lease.lock().id());
            ImportResult brought = underLock(from, to, locked, lease::keep);
            moved = true;
            return new Committed<>(brought, lease.lock(), null);
        } catch (StateException e) {
            throw e.under(lease.lock());
        } finally {
            if (!moved) {
                lease.end();
            }
        }
    }

    /** Copies all of it, and removes it from the old name. */
    private ImportResult underLock(StateName from, StateName to, WriteOptions options, Runnable eachVersion) {
        int versions = 0;
        int quarantined = 0;
        for (int look = 0; look < LOOKS; look++) {
            StateSnapshot whole = source(from);
            StateSnapshot kept = new StateSnapshot(whole.head(), whole.versions(), whole.quarantined(), version -> {
                eachVersion.run();
                return whole.contents().of(version);
            });
            ImportResult held = imports.copy(to, kept, at(to, options), Manner.HELD);
            versions += held.versions();
            quarantined += held.quarantined();
            if (left(from, to, whole, options)) {
                return new ImportResult(versions, quarantined, true);
            }
        }
        throw Unavailable.forEverybody("State '" + from + "' kept changing while it was moved. Move it again.", null);
    }

    /** Removes the state from its old name, if that has nothing that the new one lacks. Returns whether it did. */
    private boolean left(StateName from, StateName to, StateSnapshot whole, WriteOptions options) {
        return committer.change(from, (head, now) -> {
            MovedTo before = head.movedTo();
            if (before != null && to.equals(before.name())) {
                return HeadUpdate.stands(true);
            }
            rules.admit(head, options, now);
            if (!same(whole.head(), head)) {
                return HeadUpdate.answer(false);
            }
            String newest =
                    whole.versions().isEmpty() ? "" : whole.versions().getLast().id();
            MovedTo moved = new MovedTo(to, now, until(now), options.author(), newest);
            return HeadUpdate.commit(head, head.movedAway(moved, RandomId.next()), null, whole.versions(), true);
        });
    }

    private Instant until(Instant now) {
        return now.plus(settings.movedKept());
    }

    /** Completes the state at its new name, and moves the quarantined documents. */
    private Committed<MoveResult> finished(StateName from, StateName to, Committed<ImportResult> brought) {
        try {
            return brought.map(before -> finished(from, to, before));
        } catch (StateException e) {
            throw e.under(brought.lock());
        }
    }

    private MoveResult finished(StateName from, StateName to, ImportResult before) {
        MovedTo moved = movedTo(from, to);
        boolean completed = moved != null && complete(to, moved);
        int quarantined = quarantinedOf(from, to);
        StateVersion current = store.head(to).map(StateHead::current).orElse(null);
        return new MoveResult(
                from,
                to,
                before.versions(),
                before.quarantined() + quarantined,
                current,
                before.changed() || completed || quarantined > 0);
    }

    /** Completes the state if it is the one that was moved there, and not the beginning of another. */
    private boolean complete(StateName to, MovedTo moved) {
        return committer.change(
                to,
                (head, now) -> head.incomplete() && newest(to).equals(moved.newest())
                        ? HeadUpdate.commit(head, head.completed(RandomId.next()), true)
                        : HeadUpdate.stands(false));
    }

    private String newest(StateName name) {
        List<StateVersion> newest = store.history(name, Long.MAX_VALUE, 1);
        return newest.isEmpty() ? "" : newest.getFirst().id();
    }

    /** Moves the quarantined documents to the new name, where readers look for them. Returns their number. */
    private int quarantinedOf(StateName from, StateName to) {
        List<StateVersion> left = store.attachments(from);
        if (left.isEmpty()) {
            return 0;
        }
        Set<StateVersion> there = new HashSet<>(store.attachments(to));
        int brought = 0;
        for (StateVersion record : left) {
            Reads.readable(from, record);
            StateDocument content =
                    there.contains(record) ? null : store.content(from, record).orElse(null);
            if (content != null) {
                store.putAttachment(to, record, content);
                brought++;
            }
            if (content != null || there.contains(record)) {
                store.deleteContent(from, record);
            }
        }
        return brought;
    }

    /** Frees the old name. An unfinished move is completed first, since that is not possible later. */
    boolean end(StateName name) {
        MovedTo moved = store.head(name).map(StateHead::movedTo).orElse(null);
        if (moved != null && moved.name() != null) {
            complete(moved.name(), moved);
        }
        return committer.change(
                name,
                (head, now) -> head.moved()
                        ? HeadUpdate.commit(head, head.withLock(null, RandomId.next(), now), true)
                        : HeadUpdate.stands(false));
    }

    /**
     * Returns the state with all its records.
     *
     * @throws NotFound if there is none
     */
    private StateSnapshot source(StateName from) {
        store.head(from).ifPresent(head -> rules.here(head, committer.now()));
        return imports.whole(from).filter(whole -> there(whole.head())).orElseThrow(() -> missing(from));
    }

    /** Returns whether the state has more than a lock. */
    private static boolean there(StateHead head) {
        return head.lastVersion() > 0 || head.created();
    }

    private static NotFound missing(StateName from) {
        return new NotFound(from, "There is no state '" + from + "'.");
    }

    /** Checks the old name before anything is locked or copied. */
    private void checkSource(StateName from, WriteOptions options, Caller caller) {
        StateHead head = store.head(from).orElseThrow(() -> missing(from));
        Authorization.checkLock(caller, head.held(), options.lockId(), from);
        rules.here(head, committer.now());
        WriteRules.whole(head);
        if (!there(head)) {
            throw missing(from);
        }
        if (options.lockId() != null) {
            rules.admit(head, options, committer.now());
        }
    }

    /** Checks the new name. The import of the first version finds everything else. */
    private void checkTarget(StateName from, StateName to, WriteOptions options) {
        StateHead head = store.head(to).orElse(null);
        if (head == null) {
            return;
        }
        if (there(head) && !head.incomplete()) {
            throw StateImport.exists(head);
        }
        MovedTo moved = head.movedTo();
        if (moved == null || !from.equals(moved.name())) {
            rules.admit(head, at(to, options), committer.now());
        }
    }

    /** Returns the options for the new name: with the id of the lock only if that is the lock there. */
    private WriteOptions at(StateName to, WriteOptions options) {
        Lock lock = store.head(to).map(StateHead::held).orElse(null);
        return lock != null && lock.heldBy(options.lockId()) ? options : options.withLock(null);
    }

    private @Nullable MovedTo movedTo(StateName from, StateName to) {
        MovedTo moved = store.head(from).map(StateHead::movedTo).orElse(null);
        return moved != null && to.equals(moved.name()) ? moved : null;
    }

    /** Returns whether the state has not changed since it was read, apart from its lock. */
    private static boolean same(StateHead read, @Nullable StateHead now) {
        return now != null
                && now.lastVersion() == read.lastVersion()
                && now.versionCount() == read.versionCount()
                && now.highestSerial() == read.highestSerial()
                && now.incomplete() == read.incomplete()
                && Objects.equals(now.labels(), read.labels())
                && (now.current() == null
                        ? read.current() == null
                        : now.current().equals(read.current()));
    }

    private static MoveResult carried(StateName from, StateName to, StateSnapshot whole, ImportResult adopted) {
        return new MoveResult(
                from,
                to,
                adopted.versions(),
                adopted.quarantined(),
                whole.head().current(),
                adopted.changed());
    }

    /**
     * Returns the new name.
     *
     * @throws Invalid if it is the old one
     */
    static StateName different(StateName from, StateName to) {
        if (from.equals(to)) {
            throw new Invalid("State '" + from + "' already exists. Give another name.");
        }
        return to;
    }
}
