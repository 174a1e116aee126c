package io.kolumn.state.transfer;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.util.List;

/** Where the histories of workspaces arrive. */
public interface TfeArrival {

    /**
     * Brings a workspace, or what is missing of it.
     *
     * @param versions all of the workspace, oldest first, at least one
     * @param dryRun whether only to find out what would be done
     * @throws Interrupted if it is not to go on
     * @throws io.kolumn.state.StateException if it cannot be brought; a second call goes on
     */
    Outcome bring(StateName name, TfeWorkspace workspace, List<TfeVersion> versions, boolean dryRun);

    /** The error where a state of another origin has the name. */
    static Conflict exists(StateName name, StateVersion current) {
        return new Conflict(
                name,
                Conflict.Reason.DIFFERS,
                current,
                "State '" + name + "' already exists (version " + current.number()
                        + ") and is not of this workspace. Skip it (--on-conflict=skip), or replace it"
                        + " (--on-conflict=replace).");
    }

    /** Thrown where a run is not to go on. */
    final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Interrupted() {
            super(null, null, false, false);
        }
    }
}
