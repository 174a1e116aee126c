package io.kolumn.state.backend;

import io.kolumn.state.StateException;

/** Knows who calls. Asked by a {@link StateBackend} on every call, on the thread of the caller; it must be quick. */
public interface CallerSource {

    /**
     * Who calls.
     *
     * @throws StateException.Unauthenticated if there must be a proven caller here, and there is none
     */
    Caller caller();

    /** Everybody may do everything. */
    static CallerSource open() {
        return () -> Caller.TRUSTED;
    }
}
