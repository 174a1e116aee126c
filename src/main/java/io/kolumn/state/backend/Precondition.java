package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the current version, like {@code If-Match} and {@code If-None-Match} of HTTP (RFC 9110, section 13).
 *
 * @param kind the kind of the condition
 * @param versions numbers of versions; empty if the kind needs none
 */
public record Precondition(Kind kind, Set<Long> versions) {

    /** The kind of a condition. */
    public enum Kind {
        /** The state has a current version. */
        EXISTS,
        /** The state has no current version. */
        ABSENT,
        /** The current version is one of these. */
        IS,
        /** The current version is not one of these. */
        IS_NOT
    }

    public Precondition {
        versions = Set.copyOf(versions);
    }

    public static Precondition exists() {
        return new Precondition(Kind.EXISTS, Set.of());
    }

    public static Precondition absent() {
        return new Precondition(Kind.ABSENT, Set.of());
    }

    public static Precondition is(long version) {
        return new Precondition(Kind.IS, Set.of(version));
    }

    /** Returns the condition for people: {@code it must be at version 5}. */
    @Override
    public String toString() {
        String numbers = versions.stream().sorted().map(String::valueOf).collect(Collectors.joining(" or "));
        return switch (kind) {
            case EXISTS -> "it must exist";
            case ABSENT -> "it must not exist";
            case IS -> numbers.isEmpty() ? "no version matches" : "it must be at version " + numbers;
            case IS_NOT -> "it must not be at version " + numbers;
        };
    }

    boolean holds(@Nullable StateVersion current) {
        return switch (kind) {
            case EXISTS -> current != null;
            case ABSENT -> current == null;
            case IS -> current != null && versions.contains(current.number());
            case IS_NOT -> current == null || !versions.contains(current.number());
        };
    }
}
