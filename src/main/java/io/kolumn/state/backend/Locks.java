package io.kolumn.state.backend;

import io.kolumn.state.CallBegin;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of locks: taking, renewing and releasing them, and waiting for them. */
final class Locks {

    /** The number of tries for a lock that was released and taken again each time. */
    private static final int LAST_LOOKS = 16;

    private final StateStore store;
    private final BackendSettings settings;
    private final Committer committer;
    private final WriteRules rules;
    private final LockWaitQueue lines = new LockWaitQueue();

    Locks(StateStore store, BackendSettings settings, Committer committer, WriteRules rules) {
        this.store = store;
        this.settings = settings;
        this.committer = committer;
        this.rules = rules;
    }

    /**
     * Takes the lock, perhaps after a wait.
     *
     * @param info with id and time
     */
    LockResult lock(StateName name, LockInfo info, LockOptions options, Caller caller) {
        boolean waits = !options.maxWait().isZero();
        boolean behind = waits && lines.waited(name) && !holds(name, info.id());
        Optional<LockResult> acquired = behind ? Optional.empty() : take(name, info, options, caller);
        if (acquired.isEmpty() && waits) {
            acquired = lines.await(
                    name,
                    options.maxWait(),
                    options.cancelled(),
                    () -> CallBegin.anew(() -> take(name, info, options, caller)));
        }
        if (options.cancelled().getAsBoolean()) {
            acquired.ifPresent(unwanted -> CallBegin.anew(() -> withdraw(name, unwanted)));
            throw Unavailable.forEverybody(
                    "The client that requested the lock of state '" + name + "' has disconnected.", null);
        }
        return acquired.orElseGet(() -> waits
                ? CallBegin.anew(() -> takeOrRefuse(name, info, options, caller))
                : takeOrRefuse(name, info, options, caller));
    }

    /** Releases a lock that was just granted, if the head has not changed since. */
    boolean withdraw(StateName name, LockResult granted) {
        if (!granted.fresh()) {
            return false;
        }
        boolean withdrawn = committer.change(
                name,
                (head, now) -> isHeadOf(granted, head)
                        ? HeadUpdate.commit(head, head.withLock(null, RandomId.next(), now), true)
                        : HeadUpdate.answer(false));
        lines.released(name);
        return withdrawn;
    }

    private static boolean isHeadOf(LockResult granted, StateHead head) {
        StateHead left = granted.head();
        return left != null && head.commit().equals(left.commit());
    }

    int waiters() {
        return lines.waiters();
    }

    Map<StateName, WaitingLine> lines(Predicate<StateName> wanted) {
        return lines.lines(wanted);
    }

    /** Ends all waits, and all later ones at once. */
    void stopWaiting() {
        lines.stop();
    }

    private boolean holds(StateName name, String id) {
        Lock held = store.head(name).map(StateHead::lock).orElse(null);
        return held != null && held.heldBy(id);
    }

    /** Returns the lock, or empty if another holds it. */
    private Optional<LockResult> take(StateName name, LockInfo info, LockOptions options, Caller caller) {
        return committer.change(name, (head, now) -> {
            rules.here(head, now);
            Lock held = head.held();
            Instant expires = expiry(now, options.ttl());
            if (held != null && held.heldBy(info.id())) {
                if (!options.reentrant() || held.foreignTo(caller.subject())) {
                    return HeadUpdate.answer(Optional.empty());
                }
                if (options.ttl() == null) {
                    unused(head, held);
                }
                return relock(head, options.ttl() == null ? held : held.until(expires), false, now);
            }
            if (held != null && !held.expired(now, settings.maxClockSkew())) {
                return HeadUpdate.answer(Optional.empty());
            }
            return relock(head, new Lock(info, head.fence() + 1, now, expires, caller.subject()), true, now);
        });
    }

    /**
     * Rejects a second LOCK after a write under the first. A client that repeats a LOCK because it lost the answer cannot have
     * written. Terraform sends one when it means to unlock, but uses the method for locks.
     */
    private static void unused(StateHead head, Lock held) {
        StateVersion current = head.current();
        if (current != null && current.fence() == held.fence()) {
            throw new Conflict(
                    head.name(),
                    Conflict.Reason.LOCK_USED,
                    current,
                    "You hold the lock '" + held.id() + "' on state '" + head.name() + "' and have written version "
                            + current.number()
                            + " under it. To unlock, Terraform's unlock_address must be /terraform-unlock/"
                            + head.name() + ".");
        }
    }

    /** Commits also if the same id holds the lock already, so that a withdrawal does not release what was confirmed since. */
    private static HeadUpdate<Optional<LockResult>> relock(StateHead head, Lock lock, boolean fresh, Instant now) {
        StateHead locked = head.withLock(lock, RandomId.next(), now);
        return HeadUpdate.commit(head, locked, Optional.of(new LockResult(lock, fresh, locked)));
    }

    /** Tries again, so that the refusal names the current holder. */
    private LockResult takeOrRefuse(StateName name, LockInfo info, LockOptions options, Caller caller) {
        for (int look = 0; look < LAST_LOOKS; look++) {
            Optional<Lock> holder = store.head(name).map(StateHead::held);
            if (holder.isPresent() && !mayTake(holder.get(), info, options, caller)) {
                throw new Locked(name, holder.get());
            }
            Optional<LockResult> acquired = take(name, info, options, caller);
            if (acquired.isPresent()) {
                return acquired.get();
            }
        }
        throw Unavailable.forEverybody("The lock of state '" + name + "' changes hands too often. Try again.", null);
    }

    private boolean mayTake(Lock held, LockInfo info, LockOptions options, Caller caller) {
        return held.heldBy(info.id())
                ? options.reentrant() && !held.foreignTo(caller.subject())
                : held.expired(committer.now(), settings.maxClockSkew());
    }

    Lock renew(StateName name, String id, Duration ttl, Caller caller) {
        return committer.change(name, (head, now) -> {
            rules.here(head, now);
            Lock held = head.held();
            Authorization.checkLock(caller, held, id, name);
            if (held == null) {
                throw new Conflict(
                        name,
                        Conflict.Reason.LOCK_LOST,
                        head.current(),
                        "State '" + name + "' is not locked; the lock '" + id + "' was lost or released.");
            }
            if (!held.heldBy(id)) {
                throw new Locked(name, held);
            }
            Instant until = expiry(now, ttl);
            Authorization.checkRenewal(caller, until, name);
            Lock renewed = held.until(until);
            return HeadUpdate.commit(head, head.withLock(renewed, RandomId.next(), now), renewed);
        });
    }

    /**
     * Releases the lock of this id, or of any holder. Never one that was taken during this call.
     *
     * @param id null for a release by force
     */
    UnlockResult release(StateName name, @Nullable String id, Caller caller) {
        UnlockResult released = committer.change(name, () -> releasing(name, id, caller));
        lines.released(name);
        return released;
    }

    /** Returns a rule that releases only the lock that it saw first. */
    private BiFunction<StateHead, Instant, HeadUpdate<UnlockResult>> releasing(
            StateName name, @Nullable String id, Caller caller) {
        AtomicLong fence = new AtomicLong();
        return (head, now) -> {
            rules.here(head, now);
            Lock held = head.held();
            if (id == null) {
                Authorization.checkBreaking(caller, held, name);
            }
            if (held == null || (fence.get() != 0 && fence.get() != held.fence())) {
                return HeadUpdate.stands(new UnlockResult(null, head));
            }
            if (id != null) {
                Authorization.checkLock(caller, held, id, name);
            }
            if (id != null && !held.heldBy(id)) {
                throw new Locked(name, held);
            }
            fence.set(held.fence());
            StateHead unlocked = head.withLock(null, RandomId.next(), now);
            return HeadUpdate.commit(head, unlocked, new UnlockResult(held, unlocked));
        };
    }

    private static @Nullable Instant expiry(Instant now, @Nullable Duration ttl) {
        return ttl == null ? null : now.plus(ttl);
    }
}
