package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules 2 to 5 of docs/architecture.md, as code over one head. They change nothing. */
final class WriteRules {

    /** How a write counts under a lock whose operation may be a push by force. */
    enum Push {
        /** By force: the document need not follow. */
        FORCED,
        /** Like any other write: it must follow, unless the current document is empty. */
        PLAIN,
        /** It must follow in any case. */
        REFUSED
    }

    /** Operations of locks under which Terraform pushes by force. It gives no other sign of that. */
    private static final Set<String> FORCED_PUSHES = Set.of("state-push", "migration destination state");

    private final BackendSettings settings;

    WriteRules(BackendSettings settings) {
        this.settings = settings;
    }

    /**
     * Checks before all rules, for each call that reads or follows the current version.
     *
     * @throws Unavailable if the state is incomplete, or its document is encrypted and there are no keys
     */
    static void whole(StateHead head) {
        if (head.current() != null) {
            Reads.readable(head.name(), head.current());
        }
        if (head.incomplete()) {
            throw Unavailable.forEverybody(
                    "State '" + head.name()
                            + "' is being imported from another storage or name and is incomplete (up to version "
                            + head.lastVersion()
                            + "). Run the migration, import, move or copy again to complete it, or delete the state.",
                    null);
        }
    }

    /**
     * Checks before all rules, for each call with the name of a state.
     *
     * @throws Moved if the state was moved to another name, as long as that is remembered
     */
    void here(StateHead head, Instant now) {
        MovedTo to = head.movedTo();
        if (to != null && head.lock() != null && !head.lock().expired(now, settings.maxClockSkew())) {
            throw new Moved(head.name(), to.name(), to.at());
        }
    }

    /**
     * Checks the rules 2 to 4, for a write and for a delete.
     *
     * @return the lock that stays in the next head: the writer's own, or null if there is none or its lease has expired
     */
    @Nullable
    Lock admit(StateHead head, WriteOptions options, Instant now) {
        here(head, now);
        Lock lock = lockThatStays(head, options, now);
        for (Precondition asked : options.preconditions()) {
            if (!asked.holds(head.current())) {
                throw new Conflict(
                        head.name(),
                        Conflict.Reason.PRECONDITION,
                        head.current(),
                        "State '" + head.name() + "' " + shown(head.current()) + ", which the request's condition ("
                                + asked + ") does not allow.");
            }
        }
        return lock;
    }

    private @Nullable Lock lockThatStays(StateHead head, WriteOptions options, Instant now) {
        Lock lock = head.held();
        String id = options.lockId();
        if (lock != null && lock.heldBy(id)) {
            return lock;
        }
        if (lock != null && !lock.expired(now, settings.maxClockSkew())) {
            throw new StateException.Locked(head.name(), lock);
        }
        if (id != null) {
            throw new Conflict(
                    head.name(),
                    Conflict.Reason.LOCK_LOST,
                    head.current(),
                    "The lock '" + id + "' on state '" + head.name()
                            + "' was lost: it was broken by force, released, or its lease ran out.");
        }
        return null;
    }

    /**
     * Checks rule 5: the document must follow the current one.
     *
     * @param lock the result of {@link #admit}
     */
    void follows(StateHead head, StateDocument next, WriteOptions options, @Nullable Lock lock, Push push) {
        StateVersion current = head.current();
        boolean pushed = lock != null && FORCED_PUSHES.contains(lock.info().operation());
        boolean replaceable = current != null && current.empty() && !(pushed && push == Push.REFUSED);
        if (current == null || replaceable || options.force() || (pushed && push == Push.FORCED)) {
            return;
        }
        if (current.tracked() && next.serial() == null && next.lineage() == null) {
            throw conflict(head.name(), Conflict.Reason.LINEAGE, current, "the new one has neither serial nor lineage");
        }
        if (current.lineage() != null
                && next.lineage() != null
                && !next.lineage().equals(current.lineage())) {
            throw conflict(
                    head.name(), Conflict.Reason.LINEAGE, current, "the new one has lineage '" + next.lineage() + "'");
        }
        if (current.serial() != null && next.serial() != null && next.serial() <= current.serial()) {
            boolean equal = next.serial().equals(current.serial());
            throw conflict(
                    head.name(),
                    Conflict.Reason.SERIAL,
                    current,
                    equal
                            ? "the new one has the same serial but different content"
                            : "the new one has the older serial " + next.serial());
        }
    }

    private static Conflict conflict(StateName name, Conflict.Reason reason, StateVersion current, String why) {
        return new Conflict(
                name,
                reason,
                current,
                "State '" + name + "' " + shown(current) + "; " + why
                        + ". Pull the current state and start from it, or write with force.");
    }

    static String shown(@Nullable StateVersion current) {
        return current == null
                ? "has no current document"
                : "is at version " + current.number() + " (serial " + current.serial() + ", lineage "
                        + current.lineage() + ")";
    }
}
