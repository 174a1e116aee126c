package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.WaitingLine;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and what to do about it.
 *
 * @param who the proven identity of the holder, or else what the client said of itself
 * @param said what the client said of itself; null if it is {@code who}, or nothing
 * @param lease when the lease ends; null for a lock without one
 * @param waiting how many wait for it at this replica, and how long; null if nobody does
 * @param todo what to do
 * @param unlock the address of the page that breaks it; null if the caller may not
 */
public record LockBox(
        String state,
        String href,
        String id,
        String who,
        @Nullable String said,
        String operation,
        String reason,
        String version,
        String held,
        String since,
        @Nullable String lease,
        @Nullable String waiting,
        String todo,
        @Nullable String unlock) {

    /** Without who waits for it. */
    static LockBox of(StateName name, Lock lock, Instant now, boolean mayBreak) {
        return of(name, lock, null, now, mayBreak);
    }

    static LockBox of(StateName name, Lock lock, @Nullable WaitingLine line, Instant now, boolean mayBreak) {
        String said = lock.info().who();
        String who = StateRow.holder(lock);
        Instant expires = lock.expires();
        return new LockBox(
                name.value(),
                Links.state(name),
                lock.id(),
                who,
                said.isEmpty() || said.equals(who) ? null : said,
                Texts.operation(lock.info().operation()),
                lock.info().info(),
                lock.info().version(),
                Texts.length(lock.age(now)),
                Texts.time(lock.acquired()),
                expires == null ? null : lease(expires, now),
                line == null ? null : waiting(line),
                todo(expires, now),
                mayBreak ? Links.unlock(name) : null);
    }

    private static String waiting(WaitingLine line) {
        return line.waiters() == 1
                ? "1 for " + Texts.length(line.longest())
                : line.waiters() + ", the longest for " + Texts.length(line.longest());
    }

    private static String lease(Instant expires, Instant now) {
        return expires.isAfter(now)
                ? Texts.length(java.time.Duration.between(now, expires)) + " left"
                : "ended " + Texts.ago(expires, now);
    }

    private static String todo(@Nullable Instant expires, Instant now) {
        if (expires == null) {
            return "If its process still runs, wait for it. If it was cancelled or has crashed, break the lock. It does not"
                    + " end by itself.";
        }
        return expires.isAfter(now)
                ? "Wait: the lock ends by itself if its holder does not renew it."
                : "Its lease has ended. The next client takes the lock, and nothing needs to be done.";
    }
}
