package io.kolumn.state.backend;

import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.Operation.Kind;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds each call of the backend: it asks for the caller and its permission, runs the call, and tells the listener.
 * A change is rejected before it happens if the listener rejects it.
 */
final class Calls {

    private final StateStore store;
    private final OperationListener listener;
    private final CallerSource callers;

    Calls(StateStore store, OperationListener listener, CallerSource callers) {
        this.store = store;
        this.listener = listener;
        this.callers = callers;
    }

    Caller caller() {
        return callers.caller();
    }

    /** Runs a call that requires a permission on the state. */
    <T> T of(Kind kind, Permission permission, StateName name, String author, Function<OperationRecorder, T> call) {
        return of(kind, name, author, recorder -> {
            Authorization.check(recorder.caller(), permission, name);
            before(kind);
            return call.apply(recorder);
        });
    }

    /** Runs a call like {@link #of(Kind, Permission, StateName, String, Function)}, without a name of the caller. */
    <T> T of(Kind kind, Permission permission, StateName name, Function<OperationRecorder, T> call) {
        return of(kind, permission, name, "", call);
    }

    /** Runs a read of the current document. The holder of the lock may do that with expired credentials. */
    <T> T read(StateName name, Function<OperationRecorder, T> call) {
        return of(Kind.GET, name, "", recorder -> {
            Authorization.checkRead(recorder.caller(), name, store);
            return call.apply(recorder);
        });
    }

    /** Runs a call of the holder of a lock, who may finish with expired credentials. */
    <T> T underLock(Kind kind, StateName name, String lockId, Function<OperationRecorder, T> call) {
        return of(kind, name, "", recorder -> {
            Authorization.checkUnderLock(recorder.caller(), Permission.LOCK, name, lockId);
            before(kind);
            return call.apply(recorder);
        });
    }

    /** Runs a change of the document, perhaps under a lock of the caller, with the options of {@link #permit}. */
    <T> T change(
            Kind kind,
            Permission permission,
            StateName name,
            WriteOptions options,
            BiFunction<OperationRecorder, WriteOptions, T> call) {
        return of(
                kind,
                name,
                options.author(),
                recorder -> call.apply(recorder, permit(kind, permission, name, options, recorder.caller())));
    }

    /** Permits a change of the document, or throws. Returns the options with the authenticated identity as the author. */
    WriteOptions permit(Kind kind, Permission permission, StateName name, WriteOptions options, Caller caller) {
        Authorization.checkChange(caller, permission, name, options);
        before(kind);
        return options.authoredBy(caller);
    }

    /** Runs a call about many states. It returns only those on which the caller has the permission. */
    <T> T list(Function<Caller, T> call) {
        return of(Kind.LIST, null, "", recorder -> {
            if (recorder.caller().expired()) {
                throw new Unauthenticated("Your token has expired.");
            }
            return call.apply(recorder.caller());
        });
    }

    /** Runs a call that checks its permissions itself, and then calls {@link #before}. */
    <T> T of(Kind kind, @Nullable StateName name, String author, Function<OperationRecorder, T> call) {
        return OperationRecorder.of(listener, kind, name, callers.caller(), author, System.nanoTime(), call);
    }

    /** Tells the listener of a call that was made together with others, since {@code start} by {@link System#nanoTime()}. */
    <T> T since(
            long start, Kind kind, StateName name, Caller caller, String author, Function<OperationRecorder, T> call) {
        return OperationRecorder.of(listener, kind, name, caller, author, start, call);
    }

    /** Asks the listener before a change. */
    void before(Kind kind) {
        if (kind.changes()) {
            listener.before(kind);
        }
    }
}
