package io.kolumn.state.store.postgres;

import io.kolumn.state.IndexedResource;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateName;
import io.kolumn.state.store.LabelsJson;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The statements of the tables that the inventory searches. */
final class PostgresIndexSql {

    /** In the order in which {@link PostgresResources} reads them. */
    private static final String RESOURCE =
            "address, module, mode, type, resource, key, deposed, tainted, provider, id, arn, label, link";

    private static final String GIVEN =
            "unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],"
                    + " ?::boolean[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])";

    /** Of an index, but for its resources. */
    private static final String SUMMARY = "i.name, i.number, i.version_id, i.serial, i.size, i.created, i.terraform,"
            + " i.reason, i.resources, i.types, i.providers";

    /** Of a head whose current version counts. */
    private static final String CURRENT = "h.current IS NOT NULL AND h.commit_id NOT LIKE 'adopting-%'";

    final String begin;
    final String gone;
    final String put;
    final String delete;
    final String get;
    final String resourcesOf;
    final String behind;
    final String sweep;
    final String clear;
    final String summaries;
    final String counts;
    final String putDocument;
    final String document;
    private final PostgresSettings names;

    PostgresIndexSql(PostgresSettings names) {
        this.names = names;
        String current = " FROM " + names.heads() + " h JOIN " + names.versions()
                + " v ON v.name = h.name AND v.number = h.current WHERE h.name = ?::text AND v.number = ?::bigint"
                + " AND v.id = ?::text AND " + CURRENT;
        // The row that it locks lets indexes of one state be put one after the other.
        begin = "INSERT INTO " + names.index() + " AS i (name, number, version_id, serial, size, created, terraform,"
                + " reason, resources, types, providers) SELECT h.name, v.number, v.id, v.serial, ?::bigint, v.created,"
                + " ?::text, ?::text, ?::integer, ?::text, ?::text" + current
                + " ON CONFLICT (name) DO UPDATE SET (number, version_id, serial, size, created, terraform, reason,"
                + " resources, types, providers, document) = ROW(excluded.number, excluded.version_id, excluded.serial,"
                + " excluded.size, excluded.created, excluded.terraform, excluded.reason, excluded.resources,"
                + " excluded.types, excluded.providers, NULL) RETURNING 1";
        gone = "DELETE FROM " + names.resources() + " r WHERE r.name = ?::text AND NOT EXISTS (SELECT FROM"
                + " unnest(?::text[]) AS g(address) WHERE g.address COLLATE \"C\" = r.address)";
        put = "INSERT INTO " + names.resources() + " AS r (name, " + RESOURCE + ") SELECT ?::text, g.* FROM " + GIVEN
                + " AS g(" + RESOURCE + ") ON CONFLICT (name, address) DO UPDATE SET (" + RESOURCE + ") = ROW("
                + columns("excluded") + ") WHERE (" + columns("r") + ") IS DISTINCT FROM (" + columns("excluded") + ")";
        delete = "WITH gone AS (DELETE FROM " + names.resources() + " WHERE name = ?::text) DELETE FROM "
                + names.index() + " WHERE name = ?::text RETURNING 1";
        get = PostgresSql.PROVEN + SUMMARY + " FROM " + PostgresSql.ONE_ROW + "(SELECT i.* FROM " + names.index()
                + " i JOIN " + names.heads()
                + " h ON h.name = i.name WHERE i.name = ?::text AND i.number IS NOT NULL AND "
                + CURRENT + ") i ON true";
        resourcesOf = PostgresSql.PROVEN + columns("r") + " FROM " + PostgresSql.ONE_ROW + names.resources()
                + " r ON r.name = ?::text ORDER BY r.address";
        behind = PostgresSql.PROVEN + "b.* FROM " + PostgresSql.ONE_ROW + "(SELECT h.name, "
                + PostgresSql.versionColumns("v") + " FROM " + names.heads() + " h JOIN " + names.versions()
                + " v ON v.name = h.name AND v.number = h.current LEFT JOIN " + names.index()
                + " i ON i.name = h.name WHERE " + CURRENT + " AND h.name <> '" + StateName.RESERVED
                + "' AND h.name NOT LIKE '" + StateName.RESERVED
                + "/%' AND (i.number IS DISTINCT FROM v.number OR i.version_id IS DISTINCT FROM v.id)"
                + " ORDER BY v.created LIMIT ?) b ON true ORDER BY b.created";
        sweep = "WITH gone AS (DELETE FROM " + names.index() + " i WHERE NOT EXISTS (SELECT FROM " + names.heads()
                + " h WHERE h.name = i.name AND " + CURRENT + ") RETURNING i.name) DELETE FROM " + names.resources()
                + " WHERE name IN (SELECT name FROM gone) RETURNING 1";
        clear = "WITH gone AS (DELETE FROM " + names.resources() + ") DELETE FROM " + names.index() + " RETURNING 1";
        summaries = PostgresSql.PROVEN + "i.* FROM " + PostgresSql.ONE_ROW + "(SELECT " + SUMMARY + " FROM "
                + names.index() + " i JOIN " + names.heads() + " h ON h.name = i.name WHERE i.number IS NOT NULL AND "
                + CURRENT + " AND i.name > ?::text AND i.name >= ?::text AND i.name < ?::text ORDER BY i.name LIMIT ?)"
                + " i ON true ORDER BY i.name";
        counts = PostgresSql.PROVEN + "i.* FROM " + PostgresSql.ONE_ROW
                + "(SELECT i.name, i.number, i.resources, i.reason"
                + " FROM unnest(?::text[]) AS asked(name), LATERAL (SELECT * FROM " + names.index()
                + " WHERE name = asked.name AND number IS NOT NULL OFFSET 0) i, LATERAL (SELECT FROM " + names.heads()
                + " h WHERE h.name = asked.name AND " + CURRENT + " OFFSET 0) h) i ON true";
        putDocument = "WITH gone AS (DELETE FROM " + names.resources() + " WHERE name = ?::text) INSERT INTO "
                + names.index() + " (name, document) VALUES (?::text, ?::bytea)"
                + " ON CONFLICT (name) DO UPDATE SET (number, version_id, document) = ROW(NULL, NULL, excluded.document)"
                + " RETURNING 1";
        document = PostgresSql.PROVEN + "i.document FROM " + PostgresSql.ONE_ROW + names.index()
                + " i ON i.name = ?::text";
    }

    private static String columns(String alias) {
        return alias + "." + RESOURCE.replace(", ", ", " + alias + ".");
    }

    /** A statement for a query, and what fills it. */
    record Find(String sql, List<Object> values) {

        void fill(StatementParameters parameters) throws SQLException {
            for (Object value : values) {
                switch (value) {
                    case String text -> parameters.text(text);
                    case Long number -> parameters.number(number);
                    case String[] texts -> parameters.texts(texts);
                    default -> throw new IllegalStateException("Not a parameter: " + value.getClass());
                }
            }
        }
    }

    /**
     * What is asked for narrows the resources first, by the index that is for it; a planner that knows nothing of new tables
     * would rather walk through all in their order.
     */
    Find find(ResourceQuery query) {
        List<String> narrow = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        if (!query.id().isEmpty()) {
            narrow.add("(" + like("r.id", query.id(), values) + " OR " + like("r.arn", query.id(), values) + " OR "
                    + like("r.link", query.id(), values) + ")");
        }
        if (!query.type().isEmpty()) {
            narrow.add(like("r.type", query.type(), values));
        }
        if (!query.address().isEmpty()) {
            narrow.add(like("r.address", query.address(), values));
        }
        if (!query.provider().isEmpty()) {
            narrow.add("(r.provider = ?::text OR right(r.provider, ?::integer) = ?::text)");
            String end = "/" + query.provider();
            values.add(query.provider());
            values.add((long) end.codePointCount(0, end.length()));
            values.add(end);
        }
        if (!query.text().isEmpty()) {
            narrow.add(text(query.text(), values));
        }
        if (!query.prefix().isEmpty()) {
            narrow.add("r.name >= ?::text AND r.name < ?::text");
            values.add(query.prefix());
            values.add(PostgresSql.behind(query.prefix()));
        }
        if (query.after() != null) {
            narrow.add("(r.name, r.address) > (?::text, ?::text)");
            values.add(query.after().state().value());
            values.add(query.after().address());
        }
        String resources = "SELECT r.* FROM " + names.resources() + " r"
                + (narrow.isEmpty() ? "" : " WHERE " + String.join(" AND ", narrow));
        boolean few = !query.id().isEmpty();
        String labels = "";
        if (!query.labels().isEmpty()) {
            labels = " AND h.labels @> ?::text::jsonb AND h.labels ??& ?::text[]";
            values.add(LabelsJson.text(query.labels().equal()));
            values.add(query.labels().present().toArray(String[]::new));
        }
        values.add(query.limit() + 1L);
        // By the keys of one resource after the other: for a join the planner could read whole tables.
        String sql = (few ? "WITH hit AS MATERIALIZED (" + resources + ") " : "") + PostgresSql.PROVEN + "f.* FROM "
                + PostgresSql.ONE_ROW + "(SELECT r.name, i.number, i.serial, " + columns("r") + " FROM "
                + (few ? "hit" : "(" + resources + ")") + " r, LATERAL (SELECT number, serial FROM " + names.index()
                + " WHERE name = r.name AND number IS NOT NULL OFFSET 0) i, LATERAL (SELECT FROM " + names.heads()
                + " h WHERE h.name = r.name AND " + CURRENT + labels
                + " OFFSET 0) h ORDER BY r.name, r.address LIMIT ?) f ON true ORDER BY f.name, f.address";
        return new Find(sql, values);
    }

    private static String like(String column, String asked, List<Object> values) {
        if (!asked.endsWith("*")) {
            values.add(asked);
            return column + " = ?::text";
        }
        String start = asked.substring(0, asked.length() - 1);
        values.add(start);
        values.add(start + Character.toString(Character.MAX_CODE_POINT));
        return "(" + column + " >= ?::text AND " + column + " < ?::text)";
    }

    /** {@code lower} of the collation C changes ASCII letters alone, as {@link ResourceQuery#lower} does. */
    private static String text(String part, List<Object> values) {
        String pattern = "%" + ResourceQuery.lower(part).replaceAll("([\\\\%_])", "\\\\$1") + "%";
        List<String> columns = List.of("address", "id", IndexedResource.ARN, "label", "link");
        List<String> any = new ArrayList<>();
        for (String column : columns) {
            any.add("lower(r." + column + ") LIKE ?::text");
            values.add(pattern);
        }
        return "(" + String.join(" OR ", any) + ")";
    }
}
