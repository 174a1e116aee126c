package io.kolumn.state.backend;

import io.kolumn.state.CallBegin;
import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a call of the backend learns about itself while it runs; told to the listener when it ends. */
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

    static <T> T of(
            OperationListener listener,
            Operation.Kind kind,
            @Nullable StateName name,
            Caller caller,
            String author,
            Function<OperationRecorder, T> call) {
        return of(listener, kind, name, caller, author, System.nanoTime(), call);
    }

    /** As above, of a call that began at {@code start}, by {@link System#nanoTime()}. */
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

    /** Whether the state is another than before; a success that changed nothing is an outcome of its own. */
    void changed(boolean value) {
        changed = value;
        if (!value) {
            outcome = "unchanged";
        }
    }

    /** Who calls. */
    Caller caller() {
        return caller;
    }

    /** What a reader gets; nothing is an outcome of its own. */
    Optional<StateVersion> found(Optional<StateVersion> result) {
        version = result.orElse(null);
        return orNotFound(result);
    }

    /** As {@link #found}, with the document. */
    Optional<VersionedDocument> read(Optional<VersionedDocument> result) {
        version = result.map(VersionedDocument::version).orElse(null);
        return orNotFound(result);
    }

    /** As {@link #found}, of anything else. */
    <T> Optional<T> orNotFound(Optional<T> result) {
        if (result.isEmpty()) {
            outcome = "not-found";
        }
        return result;
    }

    ImportResult adopted(StateSnapshot whole, ImportResult result) {
        version = whole.head().current();
        changed(result.changed());
        return result;
    }

    MoveResult carried(MoveResult result) {
        target = result.to();
        version = result.current();
        changed(result.changed());
        return result;
    }

    OperationRecorder version(@Nullable StateVersion value) {
        version = value;
        return this;
    }

    /** The other name of a move or a copy. */
    OperationRecorder target(StateName value) {
        target = value;
        return this;
    }

    OperationRecorder purged(PurgeResult value) {
        purged = value;
        return this;
    }

    /** A lock of the caller's own. */
    OperationRecorder lock(@Nullable Lock value) {
        lock = value;
        if (author.isEmpty() && value != null) {
            author = value.info().who();
        }
        return this;
    }

    /** A lock that was broken, which is another call than releasing one: its holder may not be who asked for that. */
    OperationRecorder broken(@Nullable Lock value) {
        kind = Operation.Kind.UNLOCK_FORCE;
        lock = value;
        return this;
    }
}
