package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * Which heads to list.
 *
 * @param prefix that names start with, as plain text; empty for all
 * @param after only names after this one in byte order; null from the start
 * @param limit at most so many, 1 to {@value #MAX_LIMIT}
 * @param deleted with tombstones
 * @param locked with names that were never written, or deleted, and are locked
 */
public record ListQuery(String prefix, @Nullable StateName after, int limit, boolean deleted, boolean locked) {

    public static final int MAX_LIMIT = 1000;

    /** @throws StateException.Invalid if the limit is out of its range */
    public ListQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new StateException.Invalid("limit=" + limit + " is not within 1 and " + MAX_LIMIT + ".");
        }
    }

    public static ListQuery all() {
        return new ListQuery("", null, MAX_LIMIT, false, false);
    }

    /** Whether this head is of the asked kind, starts with the prefix and comes after {@code after}. */
    public boolean matches(StateHead head) {
        return matches(head.name())
                && (head.current() != null
                        || (deleted && head.tombstone() && !head.purged())
                        || (locked && head.lock() != null));
    }

    /** Whether this name starts with the prefix and comes after {@code after}. */
    public boolean matches(StateName name) {
        return name.value().startsWith(prefix) && (after == null || name.compareTo(after) > 0);
    }
}
