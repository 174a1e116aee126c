package io.kolumn.state.ui;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import jakarta.inject.Singleton;

/** Who may see the setup of the service. */
@Singleton
final class Administrators {

    private final CallerSource callers;

    Administrators(CallerSource callers) {
        this.callers = callers;
    }

    /**
     * @param what for, such as {@code to see the audit trail}
     * @throws Forbidden if the caller is no administrator of all states
     */
    void check(String what) {
        Caller caller = callers.caller();
        if (caller.expired() || !caller.mayEverywhere(Permission.ADMIN)) {
            throw new Forbidden(
                    Permission.ADMIN.label(), "Permission 'admin' on all states ('**') is required " + what + ".");
        }
    }
}
