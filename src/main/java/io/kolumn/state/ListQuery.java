package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * A query for heads. It always includes states with a current version, and created ones without ({@link
 * StateHead#created}).
 *
 * @param prefix of the names, as plain text; empty for all
 * @param after only names after this one in byte order; null from the start
 * @param limit the maximum number of heads, 1 to {@value #MAX_LIMIT}
 * @param deleted whether to include tombstones
 * @param locked whether to include names that are locked without a document
 * @param labels only states with these labels
 */
public record ListQuery(
        String prefix, @Nullable StateName after, int limit, boolean deleted, boolean locked, LabelSelector labels) {

    public static final int MAX_LIMIT = 1000;

    /** @throws StateException.Invalid if the limit is out of range */
    public ListQuery {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new StateException.Invalid("limit=" + limit + " is not between 1 and " + MAX_LIMIT + ".");
        }
    }

    /** Creates a query that does not ask for labels. */
    public ListQuery(String prefix, @Nullable StateName after, int limit, boolean deleted, boolean locked) {
        this(prefix, after, limit, deleted, locked, LabelSelector.ALL);
    }

    public static ListQuery all() {
        return new ListQuery("", null, MAX_LIMIT, false, false);
    }

    /** Returns the same query for the names after this one. */
    public ListQuery behind(StateName name, int newLimit) {
        return new ListQuery(prefix, name, newLimit, deleted, locked, labels);
    }

    /** Returns whether the head matches kind, prefix, {@code after} and labels. */
    public boolean matches(StateHead head) {
        return matches(head.name())
                && (head.current() != null
                        || head.created()
                        || (deleted && head.tombstone() && !head.purged())
                        || (locked && head.lock() != null))
                && labels.matches(head.labels());
    }

    /** Returns whether the name matches the prefix and {@code after}. */
    public boolean matches(StateName name) {
        return name.value().startsWith(prefix) && (after == null || name.compareTo(after) > 0);
    }
}
