package io.kolumn.state.backend;

import io.kolumn.state.StateName;
import java.time.Instant;
import java.util.Optional;

/** A caller with its permissions. */
public interface Caller {

    /** A caller with all permissions and without authentication: the program itself. */
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
        public boolean may(Permission permission, StateName name) {
            return true;
        }

        @Override
        public boolean mayEverywhere(Permission permission) {
            return true;
        }
    };

    /**
     * Returns the authenticated identity, such as {@code user/ada}, the same for all its credentials; empty if there
     * is none.
     */
    String subject();

    /** Returns whether the caller is authenticated, so that no one else has the same subject. */
    default boolean identified() {
        return !subject().isEmpty();
    }

    /**
     * Returns whether the credentials have expired. They can then only finish an operation under a lock of the same
     * subject.
     */
    boolean expired();

    /** Returns the end of the grace for finishing an operation under a lock; empty for credentials without expiry. */
    default Optional<Instant> finishesBy() {
        return Optional.empty();
    }

    /** Returns whether the policy allows the permission on the state, ignoring expiry. */
    boolean may(Permission permission, StateName name);

    /** Returns whether the policy allows the permission on every state, and so on the service itself. */
    boolean mayEverywhere(Permission permission);

    /** Returns whether the policy certainly allows the permission on every state with this prefix. */
    default boolean mayBelow(Permission permission, String prefix) {
        return mayEverywhere(permission);
    }
}
