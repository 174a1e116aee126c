package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;

/** Is told of every finished call of a {@link StateBackend}, on the thread of the caller; it must be quick. */
public interface OperationListener {

    void finished(Operation operation);

    /**
     * A change is about to be tried by somebody who may. What this throws refuses it: nothing was changed.
     *
     * @throws StateException.Unavailable if it could not be recorded, and must be
     */
    default void before(Operation.Kind change) {}

    /** A refused document was quarantined, under this id, or was not because the place for it was full or failing. */
    default void quarantined(StateName name, String id, boolean kept) {}

    /** Both, one after the other. */
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
