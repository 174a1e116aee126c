package io.kolumn.state.access;

import io.kolumn.state.backend.Permission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A named set of permissions. Each has those of the one before it. */
enum Role {
    /** Reads. */
    READER,
    /** Plans, which takes the lock. */
    PLANNER,
    /** Applies. */
    WRITER,
    /** Puts right what went wrong. */
    OPERATOR,
    /** Everything. */
    ADMIN;

    Set<Permission> permissions() {
        return switch (this) {
            case READER -> EnumSet.of(Permission.OUTPUTS, Permission.READ);
            case PLANNER -> EnumSet.range(Permission.OUTPUTS, Permission.LOCK);
            case WRITER -> EnumSet.range(Permission.OUTPUTS, Permission.WRITE);
            case OPERATOR -> EnumSet.range(Permission.OUTPUTS, Permission.FORCE);
            case ADMIN -> EnumSet.allOf(Permission.class);
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> of(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst();
    }
}
