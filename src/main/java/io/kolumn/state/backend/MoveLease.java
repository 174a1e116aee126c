package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The lock of a move, a lease that goes on as long as versions come. It ends with the old name, or when the move fails. */
final class MoveLease {

    private static final Logger LOG = Logger.getLogger(MoveLease.class);

    private static final Duration LENGTH = Duration.ofMinutes(10);

    private final Locks locks;
    private final Committer committer;
    private final StateName name;
    private final Caller caller;
    private final Lock lock;
    private Instant renewed;

    private MoveLease(Locks locks, Committer committer, StateName name, Caller caller, Lock lock) {
        this.locks = locks;
        this.committer = committer;
        this.name = name;
        this.caller = caller;
        this.lock = lock;
        this.renewed = committer.now();
    }

    /** Takes the lock of the old name, or goes on with that of an earlier try. */
    static MoveLease take(
            Locks locks, Committer committer, StateName from, StateName to, String author, Caller caller) {
        LockOptions options = LockOptions.none().withTtl(LENGTH);
        Lock lock = locks.lock(from, holder(from, to, author), options, caller).lock();
        return new MoveLease(locks, committer, from, caller, lock);
    }

    /** The id is the same for each try. The other name is not told to everybody who may see the lock. */
    private static LockInfo holder(StateName from, StateName to, String author) {
        String id = "move-" + UUID.nameUUIDFromBytes((from + "\n" + to).getBytes(StandardCharsets.UTF_8));
        return new LockInfo(
                id, "move", "The state is being moved to another name.", author, "", null, from.value(), null);
    }

    /** Returns the lock as it was taken. */
    Lock lock() {
        return lock;
    }

    void keep() {
        Instant now = committer.now();
        if (now.isAfter(renewed.plus(LENGTH.dividedBy(4)))) {
            locks.renew(name, lock.id(), LENGTH, caller);
            renewed = now;
        }
    }

    /** What fails here ends with the lease. */
    void end() {
        try {
            locks.release(name, lock.id(), caller);
        } catch (StateException e) {
            LOG.debugf(e, "The lock of a move of state '%s' was not released.", name);
        }
    }
}
