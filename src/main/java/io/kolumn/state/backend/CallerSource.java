package io.kolumn.state.backend;

import io.kolumn.state.StateException;

/** Provides the caller. A {@link StateBackend} calls it for every call, on the caller's thread; it must be fast. */
public interface CallerSource {

    /**
     * Returns the caller.
     *
     * @throws StateException.Unauthenticated if authentication is required and there is no caller
     */
    Caller caller();

    /** Returns a source of callers with all permissions. */
    static CallerSource open() {
        return () -> Caller.TRUSTED;
    }
}
