package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a writer asks to be true of the current version, as HTTP's {@code If-Match} and {@code If-None-Match} do (RFC
 * 9110, section 13).
 *
 * @param kind how the numbers are meant
 * @param versions numbers of versions; empty where the kind needs none
 */
public record Precondition(Kind kind, Set<Long> versions) {

    /** What is asked of the current version. */
    public enum Kind {
        /** There is one. */
        EXISTS,
        /** There is none. */
        ABSENT,
        /** It is one of the given. */
        IS,
        /** It is none of the given. */
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

    /** What is asked, for people: {@code it must be at version 5}. */
    @Override
    public String toString() {
        String numbers = versions.stream().sorted().map(String::valueOf).collect(Collectors.joining(" or "));
        return switch (kind) {
            case EXISTS -> "it must be there";
            case ABSENT -> "it must not be there";
            case IS -> numbers.isEmpty() ? "no version of it is right" : "it must be at version " + numbers;
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
