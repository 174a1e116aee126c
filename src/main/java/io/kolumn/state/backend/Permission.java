package io.kolumn.state.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The permissions on a state, the least first. None includes another, except that {@link #READ} includes {@link
 * #OUTPUTS}.
 */
public enum Permission {
    /** Read the outputs of the current document. */
    OUTPUTS,
    /** Read documents, history and locks, and see the state in lists. */
    READ,
    /** Take, renew and release the caller's own lock. */
    LOCK,
    /** Write documents, and read quarantined ones. */
    WRITE,
    /** Make an older version current. */
    RESTORE,
    /** Delete the current document. */
    DELETE,
    /** Break or use a lock of another. */
    UNLOCK_FORCE,
    /** Write regardless of serial and lineage. */
    FORCE,
    /** See the setup of the service, and import states with their history. */
    ADMIN,
    /** Permanently remove versions, quarantined documents and deleted states. */
    PURGE;

    /** Returns the name in policies and errors: {@code unlock-force}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the permission with this name, or empty if there is none. */
    public static Optional<Permission> of(String label) {
        return Arrays.stream(values())
                .filter(permission -> permission.label().equals(label))
                .findFirst();
    }
}
