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
 * What of a write can be refused before its document has come, so that it takes neither memory nor time: by the rights of
 * the caller, which cost nothing, and of a large document by the head. Under a lock only what would not be quarantined is
 * refused, since a refused document of a lock's holder must not be lost.
 */
final class EarlyRefusal {

    /** From here on a look at the head costs little beside the document, in bytes. */
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

    /** {@code size}: of the document, in bytes; -1 if that is not known. */
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

    /** Asks the storage only where the caller may not write. */
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

    /** The bytes of the current document are a success, whatever else the head says: a try again must not fail. */
    private static boolean mayBeThere(StateHead head, long size) {
        return head.incomplete() || (head.current() != null && head.current().size() == size);
    }
}
