package io.kolumn.state.access;

import io.kolumn.state.backend.Verb;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A set of verbs that is given together. Each has those of the one before it. */
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

    Set<Verb> verbs() {
        return switch (this) {
            case READER -> EnumSet.of(Verb.OUTPUTS, Verb.READ);
            case PLANNER -> EnumSet.range(Verb.OUTPUTS, Verb.LOCK);
            case WRITER -> EnumSet.range(Verb.OUTPUTS, Verb.WRITE);
            case OPERATOR -> EnumSet.range(Verb.OUTPUTS, Verb.FORCE);
            case ADMIN -> EnumSet.allOf(Verb.class);
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
