package io.kolumn.state.backend;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a caller may be allowed to do with a state, the least first. None includes another, but {@link #READ} includes
 * {@link #OUTPUTS}.
 */
public enum Permission {
    /** To read the outputs of the current document. */
    OUTPUTS,
    /** To read documents, their history and their locks, and to see the state in a listing. */
    READ,
    /** To take, renew and release a lock of one's own. */
    LOCK,
    /** To write documents, and to read those that were refused and quarantined. */
    WRITE,
    /** To make an older version the current one. */
    RESTORE,
    /** To delete the current document. */
    DELETE,
    /** To break a lock, or to use one that somebody else took. */
    UNLOCK_FORCE,
    /** To write against the rules on serial and lineage. */
    FORCE,
    /** To see how the service is set up, and to carry states over with their history. */
    ADMIN,
    /** To remove versions, the quarantine, and deleted states for good. */
    PURGE;

    /** As it is written in a policy and in an error: {@code unlock-force}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The verb of this label; empty if there is none. */
    public static Optional<Permission> of(String label) {
        return Arrays.stream(values())
                .filter(verb -> verb.label().equals(label))
                .findFirst();
    }
}
