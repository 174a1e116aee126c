package io.kolumn.state.store.postgres;

import io.kolumn.state.LabelSelector;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StoreCount;
import io.kolumn.state.Transition;
import io.kolumn.state.store.LabelsJson;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The statements. Each is whole by itself: no transaction spans two, and none needs anything of its session, so that all
 * work through a pooler that gives each transaction another session.
 */
final class PostgresSql {

    private static final String HEAD = "commit_id, current, versions, kept, fence, highest_serial, changed, former";

    /** Most commits leave them, and then do not name them: the row has them still. */
    private static final String LABELS = ", labels";

    private static final String LABELS_VALUES = ", ?::text::jsonb";
    private static final String HEAD_VALUES =
            "?::text, ?::bigint, ?::bigint, ?::integer, ?::bigint, ?::bigint, ?::timestamptz, ?::text";
    private static final String LOCK =
            "lock_id, operation, info, who, version, created, path, sent, fence, acquired, expires, owner, owner_fence";
    private static final String LOCK_VALUES = "?::text, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text, ?::text,"
            + " ?::bigint, ?::timestamptz, ?::timestamptz, ?::text, ?::bigint";
    private static final String VERSION =
            "number, id, format, empty, serial, lineage, sha256, size, created, author, operation, fence";
    private static final String VERSION_VALUES = "?::bigint, ?::text, ?::text, ?::boolean, ?::bigint, ?::text, ?::text,"
            + " ?::bigint, ?::timestamptz, ?::text, ?::text, ?::bigint, ?::bytea";

    /** Not a join: the planner, which knows nothing of new tables, could read them whole for one. */
    private static final String IF_MOVED = " AND EXISTS (SELECT FROM moved))";

    /** Every read begins with it: {@link PostgresPool#read} takes no answer that does not prove that it is the primary's. */
    static final String PROVEN = "SELECT pg_is_in_recovery(), ";

    /** Makes a row of nothing too, so that also an empty answer says who gave it. */
    static final String ONE_ROW = "(VALUES (0)) one LEFT JOIN ";

    /** Of an array the server cannot tell how long it is, and so plans the whole commit anew each time. */
    private static final String ONE = "?::bigint";

    private static final String SOME = "ANY (?::bigint[])";

    /** How many heads one statement looks at. */
    static final int MOST_LOOKS = 16;

    private final PostgresSettings names;
    final String head;
    final String look;
    final String looks;
    final String indexed;
    final String content;
    final String contentPiece;
    final String history;
    final String whole;
    final String list;
    final String labelled;
    final String locked;
    final String count;
    final String setAside;
    final String aside;
    final String asideCounts;
    final String asideContent;
    final String asideContentPiece;
    final String forgetAside;
    final String confirm;

    PostgresSql(PostgresSettings names) {
        this.names = names;
        String headValues =
                "h.name, " + columns("h", HEAD + LABELS) + ", " + columns("l", LOCK) + ", " + columns("v", VERSION);
        String headColumns = PROVEN + headValues;
        String parts = " LEFT JOIN " + names.locks() + " l ON l.name = h.name LEFT JOIN " + names.versions()
                + " v ON v.name = h.name AND v.number = h.current";
        String one = ONE_ROW + names.heads() + " h ON h.name = ?::text";
        head = headColumns + " FROM " + one + parts;
        indexed = headColumns + ", " + columns("k", VERSION) + " FROM " + one + parts + " LEFT JOIN " + names.versions()
                + " k ON k.name = h.name ORDER BY k.number DESC";
        look = PROVEN + "h.commit_id, h.current, (SELECT l.lock_id FROM " + names.locks()
                + " l WHERE l.name = h.name) FROM " + one;
        // Of a fixed number, so that the plan is made once; a name that is null finds nothing and costs nothing.
        looks = PROVEN + "w.* FROM " + ONE_ROW + "(SELECT h.name, h.commit_id, h.current, (SELECT l.lock_id FROM "
                + names.locks() + " l WHERE l.name = h.name) FROM (VALUES (?::text)"
                + ", (?)".repeat(MOST_LOOKS - 1) + ") AS asked(name), LATERAL (SELECT * FROM " + names.heads()
                + " WHERE name = asked.name OFFSET 0) h) w ON true";
        // Read by one name after the other, and joined to the one row behind that.
        String some = PROVEN + "page.* FROM " + ONE_ROW + "(SELECT " + headValues + " FROM " + names.heads() + " h"
                + parts + " WHERE h.name > ?::text AND h.name >= ?::text AND h.name < ?::text"
                + " AND (h.current IS NOT NULL OR h.labels IS NOT NULL"
                + " OR (?::boolean AND h.versions > 0 AND h.kept > 0) OR (?::boolean AND l.name IS NOT NULL))";
        String page = " ORDER BY h.name LIMIT ?) page ON true ORDER BY page.name";
        list = some + page;
        // The driver reads two question marks as one, which is an operator.
        labelled = some + " AND h.labels @> ?::text::jsonb AND h.labels ??& ?::text[]" + page;
        // The table of the locks has a row for each lock that is held, by the same names, and so is the index that is
        // needed.
        locked = PROVEN + "page.* FROM " + ONE_ROW + "(SELECT " + headValues + " FROM (SELECT * FROM " + names.locks()
                + " WHERE name > ?::text AND name >= ?::text AND name < ?::text ORDER BY name LIMIT ?) l,"
                + " LATERAL (SELECT * FROM " + names.heads() + " WHERE name = l.name OFFSET 0) h LEFT JOIN LATERAL"
                + " (SELECT * FROM " + names.versions()
                + " WHERE name = h.name AND number = h.current OFFSET 0) v ON true"
                + " ORDER BY h.name) page ON true ORDER BY page.name";
        // An address that a state was moved away from says so in the place of a lock.
        String held = " WHERE NOT EXISTS (SELECT 1 FROM " + names.heads()
                + " h WHERE h.name = l.name AND h.commit_id LIKE '" + StateHead.MOVED + "%')";
        count = PROVEN + "(SELECT count(*) FROM " + names.heads() + " WHERE current IS NOT NULL),"
                + " (SELECT coalesce(sum(v.size), 0)::bigint FROM " + names.heads() + " h JOIN " + names.versions()
                + " v ON v.name = h.name AND v.number = h.current), (SELECT count(*) FROM " + names.locks()
                + " l" + held + "), (SELECT min(acquired) FROM " + names.locks() + " l" + held
                + "), (SELECT count(*) FROM " + names.aside()
                + " WHERE id NOT LIKE '" + StoreCount.KEY + "%')";
        String kept = " FROM " + ONE_ROW + names.versions() + " v ON v.name = ? AND v.number = ? AND v.id = ?";
        content = PROVEN + "v.content" + kept;
        contentPiece = PROVEN + "substring(v.content FROM ? FOR ?)" + kept;
        history = PROVEN + "k.* FROM " + ONE_ROW + "(SELECT " + VERSION + " FROM " + names.versions()
                + " WHERE name = ? AND number < ? ORDER BY number DESC LIMIT ?) k ON true ORDER BY k.number DESC";
        // By the keys of one state after the other: for a join the planner could read whole tables that it knows
        // nothing of.
        whole = PROVEN + "w.* FROM " + ONE_ROW + "(SELECT h.name, h.commit_id, h.current, " + columns("v", VERSION)
                + ", v.content FROM unnest(?::text[]) AS asked(name), LATERAL (SELECT * FROM " + names.heads()
                + " WHERE name = asked.name AND current IS NOT NULL OFFSET 0) h, LATERAL (SELECT * FROM "
                + names.versions() + " WHERE name = asked.name ORDER BY number OFFSET 0) v) w ON true";
        String whichAside = " WHERE name = ? AND id = ?";
        String set = " FROM " + ONE_ROW + names.aside() + " v ON v.name = ?";
        aside = PROVEN + columns("v", VERSION) + set + " ORDER BY v.created, v.id";
        asideCounts = PROVEN + "q.* FROM " + ONE_ROW + "(SELECT asked.name, kept.documents FROM unnest(?::text[]) AS"
                + " asked(name), LATERAL (SELECT count(*) AS documents FROM " + names.aside()
                + " WHERE name = asked.name"
                + " AND id NOT LIKE '" + StoreCount.KEY + "%' OFFSET 0) kept WHERE kept.documents > 0) q ON true";
        asideContent = PROVEN + "v.content" + set + " AND v.id = ?";
        asideContentPiece = PROVEN + "substring(v.content FROM ? FOR ?)" + set + " AND v.id = ?";
        // A change that changes nothing, and whose commit waits for the standby as every commit does.
        confirm = "UPDATE " + names.heads() + " SET changed = changed WHERE name = ?::text"
                + " AND current_setting('synchronous_standby_names') <> '' RETURNING 1";
        forgetAside = "DELETE FROM " + names.aside() + whichAside + " RETURNING 1";
        setAside = "INSERT INTO " + names.aside() + " (name, " + VERSION + ", content) VALUES (?::text, "
                + VERSION_VALUES + ") ON CONFLICT (name, id) DO UPDATE SET ("
                + VERSION + ", content) = ROW(" + columns("excluded", VERSION + ", content") + ") RETURNING 1";
    }

    /** The columns of a version, as {@link Row#version} reads them. */
    static String versionColumns(String alias) {
        return columns(alias, VERSION);
    }

    private static String columns(String alias, String list) {
        return alias + "." + list.replace(", ", ", " + alias + ".");
    }

    /** What a commit does with the row of the lock. */
    private enum LockChange {
        NONE,
        TAKEN,
        REPLACED,
        RELEASED;

        static LockChange of(Transition transition) {
            StateHead from = transition.from();
            Lock before = from == null ? null : from.lock();
            Lock after = transition.to().lock();
            return Objects.equals(before, after) ? NONE : before == null ? TAKEN : after == null ? RELEASED : REPLACED;
        }
    }

    /**
     * A whole commit as one statement: the head is made or moved, and whatever else the commit does it does for the row
     * that this returned, so that a lost race changes nothing at all. It returns the number of heads that moved.
     */
    String commit(Transition transition) {
        StringBuilder sql =
                new StringBuilder("WITH moved AS (").append(move(transition)).append(')');
        switch (LockChange.of(transition)) {
            case NONE -> {}
            case TAKEN -> sql.append(", locked AS (").append(insertLock()).append(')');
            case REPLACED ->
                sql.append(", locked AS (")
                        .append(insertLock())
                        .append(" ON CONFLICT (name) DO UPDATE SET (")
                        .append(LOCK)
                        .append(") = ROW(")
                        .append(columns("excluded", LOCK))
                        .append("))");
            case RELEASED ->
                sql.append(", unlocked AS (DELETE FROM ")
                        .append(names.locks())
                        .append(" WHERE name = ?::text")
                        .append(IF_MOVED);
        }
        if (!transition.dropped().isEmpty()) {
            sql.append(", dropped AS (DELETE FROM ")
                    .append(names.versions())
                    .append(" WHERE name = ?::text AND number = ")
                    .append(one(transition) ? ONE : SOME)
                    .append(IF_MOVED);
        }
        if (transition.version() != null) {
            sql.append(", written AS (").append(insertVersion()).append(')');
        }
        return sql.append(" SELECT count(*) FROM moved").toString();
    }

    /**
     * A commit that brings a version and does nothing else, as a statement that says how many versions it wrote: one or none.
     * Such are sent many at a time, which the driver does not do with those that return rows. Empty for any other commit.
     */
    String plainCommit(Transition transition) {
        boolean plain = transition.version() != null
                && transition.dropped().isEmpty()
                && LockChange.of(transition) == LockChange.NONE;
        return plain ? "WITH moved AS (" + move(transition) + ") " + insertVersion() : "";
    }

    private String insertVersion() {
        return "INSERT INTO " + names.versions() + " (name, " + VERSION + ", content) SELECT moved.name, "
                + VERSION_VALUES + " FROM moved";
    }

    /** Whether it drops one version, as nearly every write does to a state that has all it keeps. */
    private static boolean one(Transition transition) {
        return transition.dropped().size() == 1;
    }

    private String move(Transition transition) {
        String columns = labels(transition) ? HEAD + LABELS : HEAD;
        String values = labels(transition) ? HEAD_VALUES + LABELS_VALUES : HEAD_VALUES;
        return transition.from() == null
                ? "INSERT INTO " + names.heads() + " (" + columns + ", name) VALUES (" + values
                        + ", ?::text) ON CONFLICT (name) DO NOTHING RETURNING name"
                : "UPDATE " + names.heads() + " SET (" + columns + ") = ROW(" + values
                        + ") WHERE name = ?::text AND commit_id = ?::text RETURNING name";
    }

    /** Whether it changes the labels. */
    private static boolean labels(Transition transition) {
        StateHead from = transition.from();
        return !Objects.equals(
                from == null ? null : from.labels(), transition.to().labels());
    }

    private String insertLock() {
        return "INSERT INTO " + names.locks() + " (name, " + LOCK + ") SELECT moved.name, " + LOCK_VALUES
                + " FROM moved";
    }

    /** Fills what {@link #commit} made. */
    static void bind(PreparedStatement statement, Transition transition) throws SQLException {
        StateHead to = transition.to();
        StatementParameters parameters = new StatementParameters(statement).head(to);
        if (labels(transition)) {
            parameters.text(to.labels() == null ? null : LabelsJson.text(to.labels()));
        }
        parameters.text(to.name().value());
        if (transition.from() != null) {
            parameters.text(transition.from().revision());
        }
        LockChange change = LockChange.of(transition);
        if (change == LockChange.TAKEN || change == LockChange.REPLACED) {
            parameters.lock(Objects.requireNonNull(to.lock()));
        } else if (change == LockChange.RELEASED) {
            parameters.text(to.name().value());
        }
        if (!transition.dropped().isEmpty()) {
            parameters.text(to.name().value());
            if (one(transition)) {
                parameters.number(transition.dropped().getFirst().number());
            } else {
                parameters.numbers(transition.dropped());
            }
        }
        if (transition.version() != null && transition.content() != null) {
            parameters.version(transition.version(), transition.content());
        }
    }

    /** Fills {@link #list} or {@link #labelled}; asks for one more than the limit, to know whether there is more. */
    static void bind(PreparedStatement statement, ListQuery query) throws SQLException {
        String after = query.after() == null ? "" : query.after().value();
        StatementParameters parameters = new StatementParameters(statement)
                .text(after)
                .text(query.prefix())
                .text(behind(query.prefix()))
                .flag(query.deleted())
                .flag(query.locked());
        LabelSelector labels = query.labels();
        if (!labels.isEmpty()) {
            parameters
                    .text(LabelsJson.text(labels.equal()))
                    .texts(labels.present().toArray(String[]::new));
        }
        parameters.number(query.limit() + 1L);
    }

    /** Fills {@link #locked}; asks for one more than the limit. */
    static void bind(PreparedStatement statement, String prefix, @Nullable StateName after, int limit)
            throws SQLException {
        new StatementParameters(statement)
                .text(after == null ? "" : after.value())
                .text(prefix)
                .text(behind(prefix))
                .number(limit + 1L);
    }

    /** A text behind all names with this prefix, which are of ASCII. */
    static String behind(String prefix) {
        return prefix + '\u007f';
    }
}
