package io.kolumn.state.backend;

import io.kolumn.state.CallBegin;
import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects what a listener gets of a call, from its result or its refusal. */
final class OperationRecorder {

    private Operation.Kind kind;
    private final @Nullable StateName name;
    private final Caller caller;
    private String author;
    private String outcome = "ok";
    private boolean changed;
    private @Nullable StateVersion version;
    private @Nullable Lock lock;
    private @Nullable StateName target;
    private @Nullable PurgeResult purged;

    private OperationRecorder(Operation.Kind kind, @Nullable StateName name, Caller caller, String author) {
        this.kind = kind;
        this.name = name;
        this.caller = caller;
        this.author = caller.subject().isEmpty() ? author : caller.subject();
    }

    /**
     * Runs a call, and tells the listener of it when it ends.
     *
     * @param start when the call began, by {@link System#nanoTime()}
     */
    static <T> T of(
            OperationListener listener,
            Operation.Kind kind,
            @Nullable StateName name,
            Caller caller,
            String author,
            long start,
            Function<OperationRecorder, T> call) {
        OperationRecorder recorder = new OperationRecorder(kind, name, caller, author);
        RuntimeException refusal = null;
        try {
            return kind.ofAnySize()
                    ? call.apply(recorder) // of any size, and each of its steps is a call to the storage
                    : CallBegin.since(start, () -> call.apply(recorder));
        } catch (RuntimeException e) {
            if (e instanceof StateException known && known.callersLock() != null) {
                recorder.under(known.callersLock());
            }
            refusal = e instanceof Moved moved && hidden(moved.to(), caller) ? moved.withoutTarget() : e;
            recorder.outcome = e instanceof StateException known ? known.code() : "error";
            throw refusal;
        } finally {
            listener.finished(recorder.ended(refusal, Duration.ofNanos(System.nanoTime() - start)));
        }
    }

    private static boolean hidden(@Nullable StateName name, Caller caller) {
        return name != null && !caller.may(Permission.READ, name);
    }

    private Operation ended(@Nullable RuntimeException refusal, Duration took) {
        boolean done = changed && refusal == null;
        return new Operation(kind, name, target, outcome, done, author, version, lock, refusal, purged, took);
    }

    /** Notes whether the state is another than before, and returns that. A success without a change is an outcome. */
    boolean changed(boolean value) {
        changed = value;
        if (!value) {
            outcome = "unchanged";
        }
        return value;
    }

    /** Returns the caller. */
    Caller caller() {
        return caller;
    }

    /** Notes the version that a reader gets, and returns it. An empty result is an outcome. */
    Optional<StateVersion> found(Optional<StateVersion> result) {
        version = result.orElse(null);
        return orNotFound(result);
    }

    /** Notes the version like {@link #found}, of a result with the document. */
    Optional<VersionedDocument> read(Optional<VersionedDocument> result) {
        version = result.map(VersionedDocument::version).orElse(null);
        return orNotFound(result);
    }

    /** Notes an empty result like {@link #found}, of anything else. */
    <T> Optional<T> orNotFound(Optional<T> result) {
        if (result.isEmpty()) {
            outcome = "not-found";
        }
        return result;
    }

    WriteResult written(Committed<WriteResult> committed) {
        WriteResult result = committed.result();
        done(committed, result.version(), result.changed());
        return result;
    }

    RestoreResult restored(Committed<RestoreResult> committed) {
        RestoreResult result = committed.result();
        done(committed, result.version(), result.changed());
        return result;
    }

    boolean deleted(Committed<Writes.Deleted> committed) {
        return done(committed, committed.result().version(), committed.result().changed());
    }

    private boolean done(Committed<?> committed, @Nullable StateVersion of, boolean different) {
        version = of;
        return under(committed.lock()).changed(different);
    }

    LabelsResult labelled(LabelsResult result) {
        changed(result.changed());
        return result;
    }

    ImportResult imported(StateSnapshot whole, ImportResult result) {
        version = whole.head().current();
        changed(result.changed());
        return result;
    }

    MoveResult moved(MoveResult result) {
        version = result.current();
        changed(result.changed());
        return result;
    }

    /** Notes the new name of a move or a copy. */
    void target(StateName value) {
        target = value;
    }

    /** Notes the request for a purge. */
    void purging(Purge asked) {
        purged = new PurgeResult(asked, List.of(), List.of(), false);
    }

    /** Notes what was purged, before its contents are removed, and returns it. */
    Purges.Dropped dropped(Committed<Purges.Dropped> committed) {
        Purges.Dropped dropped = committed.result();
        purged = dropped.purged();
        version = dropped.record();
        under(committed.lock());
        return dropped;
    }

    /** Notes a lock of the caller. */
    OperationRecorder under(@Nullable Lock value) {
        lock = value;
        if (author.isEmpty() && value != null) {
            author = value.info().who();
        }
        return this;
    }

    /**
     * Notes a lock that was released. A broken lock is another kind of call: its caller may not be the holder.
     *
     * @param broken whether it was released without its id, or by a command that breaks locks
     */
    UnlockResult released(UnlockResult result, boolean broken) {
        Lock ended = result.lock();
        if (broken || (ended != null && ended.foreignTo(caller.subject()))) {
            kind = Operation.Kind.UNLOCK_FORCE;
            lock = ended;
        } else {
            under(ended);
        }
        changed(result.released());
        return result;
    }
}
