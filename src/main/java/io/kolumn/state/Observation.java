package io.kolumn.state;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a call of the backend learns about itself while it runs; told to the listener when it ends. */
final class Observation {

    private Operation.Kind kind;
    private final @Nullable StateName name;
    private final Caller caller;
    private String author;
    private String outcome = "ok";
    private boolean changed;
    private @Nullable StateVersion version;
    private @Nullable Lock lock;
    private @Nullable Purged purged;

    private Observation(Operation.Kind kind, @Nullable StateName name, Caller caller, String author) {
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
            Function<Observation, T> call) {
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
            Function<Observation, T> call) {
        Observation seen = new Observation(kind, name, caller, author);
        RuntimeException refusal = null;
        try {
            return kind == Operation.Kind.ADOPT
                    ? call.apply(seen) // of any size, and each of its steps is a call to the storage
                    : CallBegin.since(start, () -> call.apply(seen));
        } catch (RuntimeException e) {
            refusal = e;
            seen.outcome = e instanceof StateException known ? known.code() : "error";
            throw e;
        } finally {
            listener.finished(seen.ended(refusal, Duration.ofNanos(System.nanoTime() - start)));
        }
    }

    private Operation ended(@Nullable RuntimeException refusal, Duration took) {
        boolean done = changed && refusal == null;
        return new Operation(kind, name, outcome, done, author, version, lock, refusal, purged, took);
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
    Optional<Stored> read(Optional<Stored> result) {
        version = result.map(Stored::version).orElse(null);
        return orNotFound(result);
    }

    /** As {@link #found}, of anything else. */
    <T> Optional<T> orNotFound(Optional<T> result) {
        if (result.isEmpty()) {
            outcome = "not-found";
        }
        return result;
    }

    Adopted adopted(WholeState whole, Adopted result) {
        version = whole.head().current();
        changed(result.changed());
        return result;
    }

    Observation version(@Nullable StateVersion value) {
        version = value;
        return this;
    }

    Observation purged(Purged value) {
        purged = value;
        return this;
    }

    /** A lock of the caller's own. */
    Observation lock(@Nullable Lock value) {
        lock = value;
        if (author.isEmpty() && value != null) {
            author = value.info().who();
        }
        return this;
    }

    /** A lock that was broken, which is another call than releasing one: its holder may not be who asked for that. */
    Observation broken(@Nullable Lock value) {
        kind = Operation.Kind.UNLOCK_FORCE;
        lock = value;
        return this;
    }
}
