package io.kolumn.state.api;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;

/** Whoever may see how the service is set up, and what is on its machine. */
final class Administrators {

    private Administrators() {}

    /** @throws Forbidden if the caller is none of them */
    static void only(CallerSource guard) {
        Caller caller = guard.caller();
        if (caller.expired() || !caller.mayEverywhere(Permission.ADMIN)) {
            throw new Forbidden(
                    Permission.ADMIN.label(),
                    "Permission 'admin' on all states ('**') is required to see the setup of the service.");
        }
    }
}
