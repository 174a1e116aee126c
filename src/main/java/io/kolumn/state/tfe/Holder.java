package io.kolumn.state.tfe;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who takes and uses locks in this request. A client that found its address by discovery is one process of a subject; any other
 * is known by its subject alone. Locks of a process carry its id, so that a repeated request finds its own lock. Each lock of a
 * subject has a random id, so that a repeated request for it is refused. See ADR 0054.
 */
@RequestScoped
class Holder {

    private static final String PROCESS = "tfe:";
    private static final String SUBJECT = "tfe:subject:";

    private final CallerSource callers;
    private final @Nullable String process;

    Holder(CallerSource callers, CurrentVertxRequest request) {
        this.callers = callers;
        this.process = request.getCurrent().get(ProcessPath.KEY);
    }

    Caller caller() {
        return callers.caller();
    }

    /** Returns the subject, or a word for whoever has proven nothing. */
    String name() {
        String subject = caller().subject();
        return subject.isEmpty() ? "anonymous" : subject;
    }

    /** Returns the author of what is not written under a lock; empty where the backend knows the caller. */
    String author() {
        return caller().subject();
    }

    /** Returns the id for a lock that is taken by this request. */
    String newLockId() {
        return process == null ? SUBJECT + UUID.randomUUID() : PROCESS + process;
    }

    /** Returns the id of each lock of this process; null for a client that is no process. */
    @Nullable
    String processLockId() {
        return process == null ? null : PROCESS + process;
    }

    /** Returns whether a lock was taken by the same process, or through this API by the same subject. */
    boolean holds(Lock lock) {
        if (process != null) {
            return lock.heldBy(PROCESS + process);
        }
        return lock.id().startsWith(SUBJECT) && lock.owner().equals(caller().subject());
    }

    /** Returns whether this process held a lock of the state that has ended. */
    boolean held(StateHead head) {
        return process != null && head.former().held(PROCESS + process, caller().subject());
    }

    /**
     * Returns the id that a write of this request gives: of the lock that it holds or held, or of none. Null is a write without a
     * lock, which a lock of another rejects.
     */
    @Nullable
    String lockId(StateHead head) {
        Lock lock = head.held();
        if (lock != null && holds(lock)) {
            return lock.id();
        }
        return process != null && held(head) ? PROCESS + process : null;
    }
}
