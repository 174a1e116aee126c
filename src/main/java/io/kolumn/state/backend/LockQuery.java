package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query for locks.
 *
 * @param prefix of the names of states, as plain text; empty for all
 * @param after only names after this one in byte order; null from the start
 * @param limit the maximum number of locks, 1 to {@value ListQuery#MAX_LIMIT}
 * @param olderThan only locks older than this; zero for all
 */
public record LockQuery(String prefix, @Nullable StateName after, int limit, Duration olderThan) {

    /** @throws StateException.Invalid if the limit is out of range, or the age is negative */
    public LockQuery {
        if (limit < 1 || limit > ListQuery.MAX_LIMIT) {
            throw new StateException.Invalid("limit=" + limit + " is not between 1 and " + ListQuery.MAX_LIMIT + ".");
        }
        if (olderThan.isNegative()) {
            throw new StateException.Invalid("older-than=" + olderThan + " is negative. Give an age such as PT1H.");
        }
    }

    /** Returns a page of the locks that the caller can read, without gaps. */
    HeadPage of(StateStore store, Caller caller, Instant now) {
        if (olderThan.isZero() && caller.mayEverywhere(Permission.READ)) {
            HeadPage page = store.locked(prefix, after, limit);
            if (page.heads().stream().noneMatch(StateHead::moved)) {
                return page;
            }
        }
        List<StateHead> found = new ArrayList<>();
        StateName last = after;
        while (true) {
            HeadPage page = store.locked(prefix, last, ListQuery.MAX_LIMIT);
            for (StateHead head : page.heads()) {
                Lock lock = head.held();
                if (lock != null && old(lock, now) && caller.may(Permission.READ, head.name())) {
                    if (found.size() == limit) {
                        return new HeadPage(found, true);
                    }
                    found.add(head);
                }
            }
            if (!page.more()) {
                return new HeadPage(found, false);
            }
            last = page.heads().getLast().name();
        }
    }

    private boolean old(Lock lock, Instant now) {
        return olderThan.isZero() || lock.age(now).compareTo(olderThan) > 0;
    }
}
