package io.kolumn.state;

import java.util.Set;
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

    boolean holds(@Nullable StateVersion current) {
        return switch (kind) {
            case EXISTS -> current != null;
            case ABSENT -> current == null;
            case IS -> current != null && versions.contains(current.number());
            case IS_NOT -> current == null || !versions.contains(current.number());
        };
    }
}
