package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import java.util.Optional;
import java.util.function.Supplier;

/** Provides the caller. A {@link StateBackend} calls it for every call, on the caller's thread; it must be fast. */
public interface CallerSource {

    /**
     * Returns the caller.
     *
     * @throws StateException.Unauthenticated if authentication is required and there is no caller
     */
    Caller caller();

    /**
     * Returns the caller for work that outlives the call, to be asked again, by any thread: its permissions may change,
     * and its credentials may expire or be revoked. Empty from then on.
     *
     * @throws StateException.Unauthenticated as {@link #caller}
     */
    default Supplier<Optional<Caller>> standing() {
        Caller caller = caller();
        return () -> Optional.of(caller).filter(asked -> !asked.expired());
    }

    /** Returns a source of callers with all permissions. */
    static CallerSource open() {
        return () -> Caller.TRUSTED;
    }
}
