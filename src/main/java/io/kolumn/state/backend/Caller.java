package io.kolumn.state.backend;

import io.kolumn.state.StateName;
import java.time.Instant;
import java.util.Optional;

/** Who calls, as far as that was proven, and what this caller may do. */
public interface Caller {

    /** Somebody whom nobody asks for a proof, and who may do everything: the program's own code. */
    Caller TRUSTED = new Caller() {
        @Override
        public String subject() {
            return "";
        }

        @Override
        public boolean expired() {
            return false;
        }

        @Override
        public boolean may(Permission verb, StateName name) {
            return true;
        }

        @Override
        public boolean mayEverywhere(Permission verb) {
            return true;
        }
    };

    /** The proven identity, such as {@code user/ada}, the same for each of its credentials; empty if none was proven. */
    String subject();

    /** Whether an identity was proven, so that nobody else has the same subject. */
    default boolean identified() {
        return !subject().isEmpty();
    }

    /**
     * Whether the proof has run out: what it once proved is only good for finishing what was begun under a lock that the
     * same subject took.
     */
    boolean expired();

    /** When it may not even finish any more what it began under a lock; empty for a proof without an end. */
    default Optional<Instant> finishesBy() {
        return Optional.empty();
    }

    /** Whether the rules allow it, expired or not. */
    boolean may(Permission verb, StateName name);

    /** Whether the rules allow it with every state, and so with the service itself. */
    boolean mayEverywhere(Permission verb);

    /** Whether the rules allow it with every state whose name starts so, for certain. */
    default boolean mayBelow(Permission verb, String prefix) {
        return mayEverywhere(verb);
    }
}
