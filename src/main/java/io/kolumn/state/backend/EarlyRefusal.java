package io.kolumn.state.backend;

import io.kolumn.state.QuarantineOutcome;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.time.Clock;
import java.util.Optional;

/**
 * Rejects writes before their document is read, so that it takes neither memory nor time. The permission is checked always,
 * the head only for a large document. Under a lock, it only rejects documents that would not be quarantined: a rejected document
 * of the holder must not be lost.
 */
final class EarlyRefusal {

    /** The size in bytes from which on reading the head costs little beside the document. */
    static final long LARGE = 1024 * 1024;

    private final StateStore store;
    private final WriteRules rules;
    private final Quarantine quarantine;
    private final Clock clock;

    EarlyRefusal(StateStore store, WriteRules rules, Quarantine quarantine, Clock clock) {
        this.store = store;
        this.rules = rules;
        this.quarantine = quarantine;
        this.clock = clock;
    }

    /**
     * Throws what each document of this size would get.
     *
     * @param size of the document in bytes; -1 if unknown
     */
    void check(StateName name, long size, WriteOptions options, Caller caller) {
        String lock = options.lockId();
        if (lock != null) {
            checkUnderLock(name, lock, options, caller);
            return;
        }
        Authorization.checkChange(caller, Permission.WRITE, name, options);
        if (size >= LARGE) {
            Optional<StateHead> head = store.head(name);
            head.filter(found -> !mayBeThere(found, size))
                    .ifPresent(found -> rules.admit(found, options, clock.instant()));
        }
    }

    /** Asks the storage only if the caller may not write. */
    private void checkUnderLock(StateName name, String lock, WriteOptions options, Caller caller) {
        if (caller.may(Permission.WRITE, name) || quarantine.takes(name, lock, caller)) {
            return;
        }
        try {
            Authorization.checkChange(caller, Permission.WRITE, name, options);
        } catch (Forbidden | Unauthenticated refusal) {
            throw refusal.withQuarantine(new QuarantineOutcome(QuarantineOutcome.Fate.NEVER_HELD, null, lock));
        }
    }

    /** Returns whether the document may be the current one. Writing that succeeds, whatever the head says. */
    private static boolean mayBeThere(StateHead head, long size) {
        return head.incomplete() || (head.current() != null && head.current().size() == size);
    }
}
