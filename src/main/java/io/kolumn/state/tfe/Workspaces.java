package io.kolumn.state.tfe;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds workspaces: heads of states that have a version, a lock, or labels. */
@Singleton
final class Workspaces {

    private final StateBackend backend;
    private final Holder holder;

    Workspaces(StateBackend backend, Holder holder) {
        this.backend = backend;
        this.holder = holder;
    }

    /** Returns the head of a workspace, or empty if there is none. */
    Optional<StateHead> find(WorkspaceName name) {
        return backend.head(name.state()).filter(StateHead::exists);
    }

    /**
     * Returns the head of a workspace.
     *
     * @throws Refusal with 404 if there is none and the caller may create it: a client does so then. With 403 if it may not
     */
    StateHead existing(WorkspaceName name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    private Refusal missing(WorkspaceName name) {
        StateName state = name.state();
        if (holder.caller().may(Permission.WRITE, state)) {
            return Refusal.notFound("There is no workspace '" + name + "'.");
        }
        return new Refusal(
                403,
                "Not allowed",
                "There is no workspace '" + name + "', and you may not create it: this requires"
                        + " permission 'write' on state '" + state + "'.");
    }
}
