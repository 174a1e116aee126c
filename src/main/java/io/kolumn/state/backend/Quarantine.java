package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.QuarantineOutcome;
import io.kolumn.state.QuarantineOutcome.Fate;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Quarantines rejected documents, since the result of a finished apply must never be lost. It takes documents of callers who
 * hold or held the lock whose id came with the document, and no others. The same document is kept once. In a full quarantine,
 * a recovered document makes room; if there is none, the new one is not kept.
 */
final class Quarantine {

    private static final Logger LOG = Logger.getLogger(Quarantine.class);

    /** The share of callers who may not write, so that they cannot take all the room. */
    private static final int SHARE_WITHOUT_WRITE = 4;

    private static final String REFUSED = "refused: ";

    /** A rejected write. */
    record Attempt(StateName name, StateDocument document, WriteOptions options, Caller caller, Instant now) {

        boolean mayWrite() {
            return caller.may(Permission.WRITE, name);
        }
    }

    private final StateStore store;
    private final BackendSettings settings;
    private final OperationListener listener;

    Quarantine(StateStore store, BackendSettings settings, OperationListener listener) {
        this.store = store;
        this.settings = settings;
        this.listener = listener;
    }

    /** Returns the refusal, with the outcome for its document if that came with the id of a lock. */
    StateException refusal(StateException refusal, Attempt attempt) {
        String lock = attempt.options().lockId();
        boolean condition = refusal instanceof Conflict conflict && conflict.reason() == Conflict.Reason.PRECONDITION;
        if (lock == null || condition) {
            return refusal;
        }
        if (!takes(attempt.name(), lock, attempt.caller())) {
            return said(refusal, new QuarantineOutcome(Fate.NEVER_HELD, null, lock));
        }
        String reason = refusal instanceof Conflict conflict ? conflict.reason().code() : refusal.code();
        return said(refusal, keep(attempt, lock, REFUSED + reason));
    }

    private static StateException said(StateException refusal, QuarantineOutcome outcome) {
        return refusal.withQuarantine(outcome).under(refusal.callersLock());
    }

    /**
     * Returns whether a document with this lock id would be kept: its caller holds or held that lock, as far as is known. Without
     * authentication, callers cannot be told apart, and all of them do. For a lock that is not remembered any more, the permission to
     * write is enough.
     */
    boolean takes(StateName name, @Nullable String lock, Caller caller) {
        if (lock == null) {
            return false;
        }
        if (caller.subject().isEmpty()) {
            return true;
        }
        StateHead head;
        try {
            head = store.head(name).orElse(null);
        } catch (Unavailable e) {
            return caller.may(Permission.WRITE, name);
        }
        if (head == null) {
            return false;
        }
        Lock current = head.lock();
        if (current != null && current.heldBy(lock)) {
            return !current.foreignTo(caller.subject()) || caller.may(Permission.UNLOCK_FORCE, name);
        }
        return head.former().held(lock, caller.subject())
                || (caller.may(Permission.WRITE, name) && !head.former().complete(head.fence(), current));
    }

    private QuarantineOutcome keep(Attempt attempt, String lock, String operation) {
        StateVersion record = StateVersion.of(
                0,
                RandomId.next(),
                attempt.document(),
                attempt.now(),
                attempt.options().author(),
                operation,
                0);
        try {
            List<StateVersion> there = store.attachments(attempt.name());
            Optional<StateVersion> same = there.stream()
                    .filter(kept -> kept.describes(attempt.document()))
                    .findFirst();
            if (same.isPresent()) {
                store.confirm(attempt.name());
                return new QuarantineOutcome(Fate.KEPT, same.get().id(), lock);
            }
            if (!fits(attempt, there)
                    && !(makeRoom(attempt.name(), there) && fits(attempt, store.attachments(attempt.name())))) {
                LOG.errorf(
                        "A refused document of state '%s' (%d bytes, sha-256 %s, lock '%s') was NOT quarantined: there"
                                + " are %d already. Restore or purge some of them. The client has the document in errored.tfstate.",
                        attempt.name(), record.size(), record.sha256(), lock, there.size());
                return reported(attempt, record, new QuarantineOutcome(Fate.FULL, null, lock));
            }
            store.putAttachment(attempt.name(), record, attempt.document());
        } catch (Unavailable e) {
            LOG.errorf(
                    e,
                    "A refused document of state '%s' (sha-256 %s) was NOT quarantined.",
                    attempt.name(),
                    record.sha256());
            return reported(attempt, record, new QuarantineOutcome(Fate.FAILED, null, lock));
        }
        return reported(attempt, record, new QuarantineOutcome(Fate.KEPT, record.id(), lock));
    }

    private QuarantineOutcome reported(Attempt attempt, StateVersion record, QuarantineOutcome quarantined) {
        listener.quarantined(attempt.name(), record.id(), quarantined.fate() == Fate.KEPT);
        return quarantined;
    }

    private boolean fits(Attempt attempt, List<StateVersion> there) {
        int share = attempt.mayWrite() ? 1 : SHARE_WITHOUT_WRITE;
        List<StateVersion> counted = attempt.mayWrite()
                ? there
                : there.stream()
                        .filter(kept -> kept.operation().equals(REFUSED + "forbidden"))
                        .toList();
        return within(there, attempt.document(), 1) && within(counted, attempt.document(), share);
    }

    private boolean within(List<StateVersion> kept, StateDocument document, int share) {
        long size = kept.stream().mapToLong(StateVersion::size).sum() + document.size();
        return kept.size() < Math.ceilDiv(settings.maxQuarantined(), share)
                && size <= settings.maxQuarantinedSize() / share;
    }

    /** Removes the oldest recovered document. Returns false if there is none. */
    private boolean makeRoom(StateName name, List<StateVersion> there) {
        Optional<StateVersion> recovered = Recovery.of(store, name, size -> {}).judge(there).stream()
                .filter(kept -> kept.recovered() != null)
                .map(QuarantinedDocument::record)
                .findFirst();
        recovered.ifPresent(record -> store.deleteContent(name, record));
        return recovered.isPresent();
    }
}
