package io.kolumn.state.store.postgres;

import java.time.Duration;

/**
 * What a {@link PostgresStore} works with.
 *
 * @param server host, port and database, for messages
 * @param schema of all tables, as it is, without quotes
 * @param table of the heads; those of the versions, of the quarantine and of the layout have names made from it
 * @param lockTable of the locks
 * @param connectTimeout how long a connection is waited for
 * @param requestTimeout how long one call waits for the database in all
 * @param named whether statements may be prepared under names
 * @param migrate whether the store makes and upgrades its tables
 */
public record PostgresSettings(
        String server,
        String schema,
        String table,
        String lockTable,
        Duration connectTimeout,
        Duration requestTimeout,
        boolean named,
        boolean migrate) {

    /** What is behind the name of the table of the heads in those of the inventory. */
    static final String INDEX = "_index";

    static final String RESOURCES = "_resources";

    String heads() {
        return qualified(table);
    }

    String locks() {
        return qualified(lockTable);
    }

    String versions() {
        return qualified(table + "_versions");
    }

    String aside() {
        return qualified(table + "_aside");
    }

    String index() {
        return qualified(table + INDEX);
    }

    String resources() {
        return qualified(table + RESOURCES);
    }

    String layout() {
        return qualified(layoutTable());
    }

    String layoutTable() {
        return table + "_layout";
    }

    private String qualified(String name) {
        return quoted(schema) + "." + quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
