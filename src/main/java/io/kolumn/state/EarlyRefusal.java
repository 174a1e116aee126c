package io.kolumn.state;

import java.time.Clock;
import java.util.Optional;

/**
 * What of a write can be refused before its document has come, so that it takes neither memory nor time: by the rights of
 * the caller, which cost nothing, and of a large document by the head. Says nothing for a write under a lock, whose
 * document may have to be set aside, whatever it is refused for.
 */
final class EarlyRefusal {

    /** From here on a look at the head costs little beside the document, in bytes. */
    static final long LARGE = 1024 * 1024;

    private final StateStore store;
    private final WriteRules rules;
    private final Clock clock;

    EarlyRefusal(StateStore store, WriteRules rules, Clock clock) {
        this.store = store;
        this.rules = rules;
        this.clock = clock;
    }

    /** {@code size}: of the document, in bytes; -1 if that is not known. */
    void check(StateName name, long size, WriteOptions options, Caller caller) {
        if (options.lockId() != null) {
            return;
        }
        Permissions.check(caller, Verb.WRITE, name);
        if (options.force()) {
            Permissions.check(caller, Verb.FORCE, name);
        }
        if (size >= LARGE) {
            Optional<StateHead> head = store.head(name);
            head.filter(found -> !mayBeThere(found, size))
                    .ifPresent(found -> rules.admit(found, options, clock.instant()));
        }
    }

    /** The bytes of the current document are a success, whatever else the head says: a try again must not fail. */
    private static boolean mayBeThere(StateHead head, long size) {
        return head.adopting() || (head.current() != null && head.current().size() == size);
    }
}
