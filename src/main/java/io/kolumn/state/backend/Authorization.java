package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller may do. It is asked before a call begins, and again where only the head tells what the call would do. */
final class Authorization {

    private Authorization() {}

    /**
     * Checks a permission, before anything is read.
     *
     * @throws Forbidden if the caller lacks it; hidden if it has no permission at all on the state
     * @throws Unauthenticated if its credentials have expired
     */
    static void check(Caller caller, Permission permission, StateName name) {
        if (caller.expired()) {
            throw expired(name);
        }
        checkRules(caller, permission, name);
    }

    /** Checks a permission like {@link #check}, of a call under a lock. Its holder may finish with expired credentials. */
    static void checkUnderLock(Caller caller, Permission permission, StateName name, @Nullable String lockId) {
        if (caller.expired() && lockId == null) {
            throw expired(name);
        }
        checkRules(caller, permission, name);
    }

    /**
     * Checks a permission like {@link #check}, of a change of the document. The holder of the lock may continue to write with expired
     * credentials, by the rules. It deletes, restores and forces nothing.
     */
    static void checkChange(Caller caller, Permission permission, StateName name, WriteOptions options) {
        if (permission == Permission.WRITE) {
            checkUnderLock(caller, permission, name, options.lockId());
        } else {
            check(caller, permission, name);
        }
        if (options.force()) {
            check(caller, Permission.FORCE, name);
        }
    }

    /** Returns what a push by force counts as. Terraform's client does that without saying so. */
    static WriteRules.Push push(Caller caller, StateName name) {
        return caller.expired()
                ? WriteRules.Push.REFUSED
                : caller.may(Permission.FORCE, name) ? WriteRules.Push.FORCED : WriteRules.Push.PLAIN;
    }

    /**
     * Checks the end of a lease that is renewed with expired credentials: it may not outlast their grace.
     *
     * @throws Unauthenticated if it would
     */
    static void checkRenewal(Caller caller, @Nullable Instant until, StateName name) {
        Instant last = caller.finishesBy().orElse(Instant.MAX);
        if (caller.expired() && (until == null || until.isAfter(last))) {
            throw new Unauthenticated("Your token has expired. It can renew the lock on state '" + name + "' until "
                    + last + " at most. Give a shorter ttl, or use another token.");
        }
    }

    /**
     * Checks the permission to read the current document. The holder of the lock has it with expired credentials, too. Terraform
     * reads before it writes a state for the first time, and sends no id with that.
     */
    static void checkRead(Caller caller, StateName name, StateStore store) {
        if (caller.expired()) {
            Lock lock = store.head(name).map(StateHead::lock).orElse(null);
            if (lock == null || !lock.ownedBy(caller.subject())) {
                throw expired(name);
            }
        }
        checkRules(caller, Permission.READ, name);
    }

    private static void checkRules(Caller caller, Permission permission, StateName name) {
        ReservedNames.refuse(name);
        if (caller.may(permission, name)) {
            return;
        }
        if (Arrays.stream(Permission.values()).noneMatch(any -> caller.may(any, name))) {
            throw Forbidden.hiding(name, permission.label());
        }
        throw new Forbidden(
                permission.label(), "Permission '" + permission.label() + "' on state '" + name + "' is required.");
    }

    /**
     * Checks the permission to take a lock. A lock for writing requires the permission to write: a client that gets it changes the
     * infrastructure first, and writes after that.
     */
    static void checkLocking(Caller caller, LockInfo asked, StateName name) {
        if (asked.writes() && !caller.may(Permission.WRITE, name)) {
            throw new Forbidden(
                    Permission.WRITE.label(),
                    "You can lock state '" + name + "' for a plan only: "
                            + (asked.operation().isEmpty()
                                    ? "a lock without an operation is a lock for writing"
                                    : "the operation '" + asked.operation() + "' is a write")
                            + ", which requires 'write'. Do not continue with -lock=false: the write itself would be rejected"
                            + " too.");
        }
    }

    /** Checks the permission to break a lock, before the head is read. */
    static void checkBreaking(Caller caller, StateName name) {
        ReservedNames.refuse(name);
        if (!caller.may(Permission.LOCK, name)) {
            check(caller, Permission.UNLOCK_FORCE, name);
        }
    }

    /**
     * Checks the permission to break a lock without its id, as Terraform's {@code force-unlock} does. A lock of the caller's own is
     * only released.
     *
     * @param held null if the state is not locked; then there is nothing to do, as for a repeated call
     */
    static void checkBreaking(Caller caller, @Nullable Lock held, StateName name) {
        boolean own = held != null && caller.identified() && held.ownedBy(caller.subject());
        if (caller.expired() && !own) {
            throw expired(name);
        }
        if (!caller.may(Permission.UNLOCK_FORCE, name) && held != null && !own) {
            throw new Forbidden(
                    Permission.UNLOCK_FORCE.label(),
                    "The lock '" + held.id() + "' on state '" + name + "' was taken by "
                            + (held.owner().isEmpty() ? "an unauthenticated caller" : held.owner())
                            + ". Permission 'unlock-force' is required to break it.");
        }
    }

    /**
     * Checks that the caller may use the lock of this head by its id. A lock belongs to the identity that took it: between
     * authenticated callers, an id that was read or stolen is not enough.
     *
     * @param lockId the id that the caller gave; null if none
     * @throws Forbidden if it is the lock of another
     * @throws Unauthenticated if the caller's credentials have expired, and the lock is not its own
     */
    static void checkLock(Caller caller, @Nullable Lock lock, @Nullable String lockId, StateName name) {
        Lock given = lock != null && lock.heldBy(lockId) ? lock : null;
        if (caller.expired() && (given == null || !given.ownedBy(caller.subject()))) {
            throw expired(name);
        }
        if (given != null && given.foreignTo(caller.subject()) && !caller.may(Permission.UNLOCK_FORCE, name)) {
            throw new Forbidden(
                    Permission.UNLOCK_FORCE.label(),
                    "The lock '" + given.id() + "' on state '" + name + "' was taken by " + given.owner()
                            + ". Permission 'unlock-force' is required to use or release it.");
        }
    }

    private static Unauthenticated expired(StateName name) {
        return new Unauthenticated("Your token has expired. You hold no lock on state '" + name
                + "', so it cannot be used to finish an operation there.");
    }

    /** Returns the head as this caller may see it. The new name of a moved state is for callers who can read it there. */
    static StateHead redacted(StateHead head, Caller caller) {
        MovedTo moved = head.movedTo();
        return moved == null || moved.name() == null || caller.may(Permission.READ, moved.name())
                ? head
                : head.withoutTarget();
    }

    /** Returns the page with each head as in {@link #redacted(StateHead, Caller)}. */
    static HeadPage redacted(HeadPage page, Caller caller) {
        return page.heads().stream().noneMatch(StateHead::moved)
                ? page
                : new HeadPage(
                        page.heads().stream()
                                .map(head -> redacted(head, caller))
                                .toList(),
                        page.more());
    }

    /** Returns a page of the heads that the caller may read, as if there were no others. */
    static HeadPage readable(StateStore store, ListQuery query, Caller caller) {
        if (caller.mayEverywhere(Permission.READ)) {
            return ReservedNames.list(store, query);
        }
        List<StateHead> readable = new ArrayList<>();
        ListQuery next = query;
        while (true) {
            HeadPage page = store.list(next);
            for (StateHead head : page.heads()) {
                if (!head.name().reserved() && caller.may(Permission.READ, head.name())) {
                    if (readable.size() == query.limit()) {
                        return new HeadPage(readable, true);
                    }
                    readable.add(head);
                }
            }
            if (!page.more()) {
                return new HeadPage(readable, false);
            }
            next = query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT);
        }
    }
}
