package io.kolumn.state.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Whether tables are there, and the script that makes them: for the store, and for people whose role may not make tables. */
final class PostgresTables {

    private PostgresTables() {}

    /**
     * Makes layout 5. Names are compared byte by byte, so that they are listed in that order and found by their start.
     * Heads change in place: their rows leave room for that, and no index has a
     * column that changes with a version or a lock.
     */
    static String script(PostgresSettings names) {
        return """
                CREATE TABLE %1$s (
                  name           text COLLATE "C" PRIMARY KEY,
                  commit_id      text NOT NULL,
                  current        bigint,
                  versions       bigint NOT NULL,
                  kept           integer NOT NULL,
                  fence          bigint NOT NULL,
                  highest_serial bigint NOT NULL,
                  changed        timestamptz NOT NULL,
                  former         text NOT NULL DEFAULT '',
                  labels         jsonb
                ) WITH (fillfactor = 70);

                CREATE INDEX %8$s ON %1$s USING gin (labels) WHERE labels IS NOT NULL;

                CREATE TABLE %2$s (
                  name      text COLLATE "C" PRIMARY KEY,
                  lock_id   text NOT NULL,
                  operation text NOT NULL,
                  info      text NOT NULL,
                  who       text NOT NULL,
                  version   text NOT NULL,
                  created   text,
                  path      text NOT NULL,
                  sent      text,
                  fence     bigint NOT NULL,
                  acquired  timestamptz NOT NULL,
                  expires   timestamptz,
                  owner     text NOT NULL DEFAULT '',
                  owner_fence bigint NOT NULL DEFAULT 0
                ) WITH (fillfactor = 70);

                CREATE TABLE %3$s (
                  name      text COLLATE "C",
                  number    bigint,
                  id        text NOT NULL,
                  format    text NOT NULL,
                  empty     boolean NOT NULL,
                  serial    bigint,
                  lineage   text,
                  sha256    text NOT NULL,
                  size      bigint NOT NULL,
                  created   timestamptz NOT NULL,
                  author    text NOT NULL,
                  operation text NOT NULL,
                  fence     bigint NOT NULL,
                  content   bytea NOT NULL,
                  PRIMARY KEY (name, number)
                );

                CREATE TABLE %4$s (LIKE %3$s, PRIMARY KEY (name, id));

                %9$s

                -- lz4 where the server has it (14 or later, built with it), else the server's own compression.
                DO $do$ BEGIN
                  EXECUTE %6$s;
                  EXECUTE %7$s;
                EXCEPTION WHEN feature_not_supported OR syntax_error OR invalid_parameter_value THEN
                  NULL;
                END $do$;

                CREATE TABLE %5$s (
                  layout     integer PRIMARY KEY,
                  works_with integer NOT NULL,
                  reached    timestamptz NOT NULL DEFAULT now()
                );
                INSERT INTO %5$s (layout, works_with) VALUES (5, 1);
                """.formatted(
                        names.heads(),
                        names.locks(),
                        names.versions(),
                        names.aside(),
                        names.layout(),
                        compressed(names.versions()),
                        compressed(names.aside()),
                        index(names),
                        inventory(names).strip());
    }

    /**
     * Of the inventory: what can be made again of the documents. In a storage whose documents are encrypted no state has
     * resources here, and its index is in {@code document}.
     */
    private static String inventory(PostgresSettings names) {
        return """
                CREATE TABLE IF NOT EXISTS %1$s (
                  name       text COLLATE "C" PRIMARY KEY,
                  number     bigint,
                  version_id text,
                  serial     bigint,
                  size       bigint,
                  created    timestamptz,
                  terraform  text,
                  reason     text,
                  resources  integer,
                  types      text,
                  providers  text,
                  document   bytea
                );

                CREATE TABLE IF NOT EXISTS %2$s (
                  name     text COLLATE "C",
                  address  text COLLATE "C",
                  module   text NOT NULL,
                  mode     text NOT NULL,
                  type     text COLLATE "C" NOT NULL,
                  resource text NOT NULL,
                  key      text,
                  deposed  text,
                  tainted  boolean NOT NULL,
                  provider text COLLATE "C" NOT NULL,
                  id       text COLLATE "C",
                  arn      text COLLATE "C",
                  label    text COLLATE "C",
                  link     text COLLATE "C",
                  PRIMARY KEY (name, address)
                );

                CREATE INDEX IF NOT EXISTS %3$s ON %2$s (id) WHERE id IS NOT NULL;
                CREATE INDEX IF NOT EXISTS %4$s ON %2$s (arn) WHERE arn IS NOT NULL;
                CREATE INDEX IF NOT EXISTS %5$s ON %2$s (link) WHERE link IS NOT NULL;
                CREATE INDEX IF NOT EXISTS %6$s ON %2$s (type, name, address);
                """.formatted(
                        names.index(),
                        names.resources(),
                        PostgresSettings.quoted(names.table() + "_by_id"),
                        PostgresSettings.quoted(names.table() + "_by_arn"),
                        PostgresSettings.quoted(names.table() + "_by_link"),
                        PostgresSettings.quoted(names.table() + "_by_type"));
    }

    /**
     * Makes layout 5 of an older one. Since layout 2 a lock knows the proven identity of its owner. Programs of layout 1 work
     * on with it: what they write of a lock has no owner, or leaves that of a lock before it, which its fence tells from this
     * one's. Since layout 3 a head knows the last locks that ended. Older programs leave what is there; the fences tell that
     * some are missing. Since layout 4 a head has labels. Older programs leave them where they are, also when they delete the
     * state. Since layout 5 there are tables of the inventory, of which older programs know nothing.
     */
    static String upgrade(PostgresSettings names) {
        return """
                ALTER TABLE %1$s
                  ADD COLUMN IF NOT EXISTS owner text NOT NULL DEFAULT '',
                  ADD COLUMN IF NOT EXISTS owner_fence bigint NOT NULL DEFAULT 0;
                ALTER TABLE %3$s
                  ADD COLUMN IF NOT EXISTS former text NOT NULL DEFAULT '',
                  ADD COLUMN IF NOT EXISTS labels jsonb;
                CREATE INDEX IF NOT EXISTS %4$s ON %3$s USING gin (labels) WHERE labels IS NOT NULL;
                INSERT INTO %2$s (layout, works_with) VALUES (2, 1), (3, 1), (4, 1), (5, 1) ON CONFLICT (layout) DO NOTHING;
                """.formatted(names.locks(), names.layout(), names.heads(), index(names)) + inventory(names);
    }

    /** The name of the index of the labels, which is in the schema of its table. */
    private static String index(PostgresSettings names) {
        return PostgresSettings.quoted(names.table() + "_labels");
    }

    private static String compressed(String table) {
        return PostgresSettings.literal("ALTER TABLE " + table + " ALTER COLUMN content SET COMPRESSION lz4");
    }

    /**
     * Whether there is a table. Asks the catalog: {@code to_regclass} may answer from what the session remembers of before it
     * waited for the lock.
     */
    static boolean exists(Connection connection, String schema, String table) throws SQLException {
        return Statements.query(
                connection,
                "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ?",
                statement -> {
                    statement.setString(1, schema);
                    statement.setString(2, table);
                },
                ResultSet::next);
    }
}
