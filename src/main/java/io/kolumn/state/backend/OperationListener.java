package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;

/** A listener for every finished call of a {@link StateBackend}, on the caller's thread; it must be fast. */
public interface OperationListener {

    void finished(Operation operation);

    /**
     * Called before a permitted change. An exception rejects the change.
     *
     * @throws StateException.Unavailable if the change cannot be recorded, but must be
     */
    default void before(Operation.Kind change) {}

    /**
     * Called when a rejected document was quarantined with this id, or could not be because the quarantine is full or
     * the storage failed.
     */
    default void quarantined(StateName name, String id, boolean kept) {}

    /** Returns a listener that calls both in order. */
    default OperationListener and(OperationListener next) {
        OperationListener first = this;
        return new OperationListener() {
            @Override
            public void finished(Operation operation) {
                first.finished(operation);
                next.finished(operation);
            }

            @Override
            public void before(Operation.Kind change) {
                first.before(change);
                next.before(change);
            }

            @Override
            public void quarantined(StateName name, String id, boolean kept) {
                first.quarantined(name, id, kept);
                next.quarantined(name, id, kept);
            }
        };
    }
}
