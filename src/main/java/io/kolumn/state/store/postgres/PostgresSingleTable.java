package io.kolumn.state.store.postgres;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Kolumn's earlier layout: one table of states and one of locks, under the same names. Its tables are renamed and kept;
 * each of its rows becomes version 1 of its state. All of it happens in the transaction that makes the new tables.
 */
final class PostgresSingleTable {

    private static final Logger LOG = Logger.getLogger(PostgresSingleTable.class);
    private static final String KEPT = "_single";

    private final PostgresSettings settings;
    private final Connection connection;

    PostgresSingleTable(PostgresSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /** Whether the table of the heads is one of the earlier layout. */
    boolean found() throws SQLException {
        return hasColumn(settings.table(), "state_data");
    }

    private boolean hasColumn(String table, String column) throws SQLException {
        return Statements.query(
                connection,
                "SELECT 1 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = ? AND a.attname = ? AND NOT a.attisdropped",
                statement -> {
                    statement.setString(1, settings.schema());
                    statement.setString(2, table);
                    statement.setString(3, column);
                },
                ResultSet::next);
    }

    /** Gives the names free for the new tables; nobody writes to the old ones from here on. */
    void setApart() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE " + settings.heads() + " RENAME TO "
                    + PostgresSettings.quoted(settings.table() + KEPT));
            if (hasColumn(settings.lockTable(), "workspace")) {
                statement.execute("ALTER TABLE " + settings.locks() + " RENAME TO "
                        + PostgresSettings.quoted(settings.lockTable() + KEPT));
            }
        }
    }

    private String kept(String table) {
        return PostgresSettings.quoted(settings.schema()) + "." + PostgresSettings.quoted(table + KEPT);
    }

    void takeOver(PostgresSql sql) throws SQLException {
        Map<String, Lock> locks = locks();
        List<String> unfit = new ArrayList<>();
        int states = 0;
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT workspace, state_data::text, created_at, updated_at FROM " + kept(settings.table()))) {
            statement.setFetchSize(8);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Transition transition = transition(rows, locks, unfit);
                    if (transition != null) {
                        write(sql, transition);
                        states++;
                    }
                }
            }
        }
        for (Map.Entry<String, Lock> lock : locks.entrySet()) {
            StateName name = name(lock.getKey(), unfit);
            if (name != null) {
                write(
                        sql,
                        new Transition(
                                null,
                                head(
                                        name,
                                        null,
                                        lock.getValue(),
                                        lock.getValue().acquired()),
                                null,
                                List.of()));
            }
        }
        if (!unfit.isEmpty()) {
            throw new Unavailable(
                    "The earlier tables at " + settings.server() + " hold " + unfit.size()
                            + " rows that cannot become states. Nothing was upgraded: "
                            + String.join("; ", unfit.subList(0, Math.min(10, unfit.size())))
                            + ". Rename or remove those rows.",
                    null);
        }
        LOG.infof(
                "Upgraded %d states of the earlier layout. Its tables are kept as '%s' and '%s'.",
                states, settings.table() + KEPT, settings.lockTable() + KEPT);
    }

    private void write(PostgresSql sql, Transition transition) throws SQLException {
        Statements.query(
                connection,
                sql.commit(transition),
                statement -> PostgresSql.bind(statement, transition),
                ResultSet::next);
    }

    private @Nullable Transition transition(ResultSet rows, Map<String, Lock> locks, List<String> unfit)
            throws SQLException {
        String workspace = rows.getString(1);
        StateName name = name(workspace, unfit);
        Lock lock = locks.remove(workspace);
        Instant created = time(rows, 4, time(rows, 3, Instant.EPOCH));
        String text = rows.getString(2);
        try {
            StateDocument document = StateDocument.parse(String.valueOf(text).getBytes(StandardCharsets.UTF_8));
            if (name == null) {
                return null;
            }
            StateVersion version = new StateVersion(
                    1,
                    newId(),
                    document.format(),
                    document.isEmpty(),
                    document.serial(),
                    document.lineage(),
                    document.sha256(),
                    document.size(),
                    created,
                    "",
                    "adopted",
                    0);
            return new Transition(null, head(name, version, lock, created), document, List.of());
        } catch (Invalid e) {
            unfit.add("workspace '" + workspace + "': " + e.getMessage());
            return null;
        }
    }

    private static StateHead head(
            StateName name, @Nullable StateVersion version, @Nullable Lock lock, Instant changed) {
        int versions = version == null ? 0 : 1;
        Long serial = version == null ? null : version.serial();
        return new StateHead(
                name,
                "",
                version == null ? newId() : version.id(),
                version,
                lock,
                versions,
                versions,
                lock == null ? 0 : lock.fence(),
                serial == null ? -1 : serial,
                changed);
    }

    private static @Nullable StateName name(String workspace, List<String> unfit) {
        try {
            return StateName.of(workspace);
        } catch (Invalid e) {
            unfit.add("workspace '" + workspace + "': " + e.getMessage());
            return null;
        }
    }

    private Map<String, Lock> locks() throws SQLException {
        if (!PostgresTables.exists(connection, settings.schema(), settings.lockTable() + KEPT)) {
            return new HashMap<>();
        }
        String sql = "SELECT workspace, lock_id, operation, info, who, version, created_at, path FROM "
                + kept(settings.lockTable());
        return Statements.query(connection, sql, statement -> {}, rows -> {
            Map<String, Lock> locks = new HashMap<>();
            while (rows.next()) {
                Instant created = time(rows, 7, Instant.EPOCH);
                LockInfo info = new LockInfo(
                        text(rows, 2),
                        text(rows, 3),
                        text(rows, 4),
                        text(rows, 5),
                        text(rows, 6),
                        created,
                        text(rows, 8),
                        null);
                locks.put(text(rows, 1), new Lock(info, 1, created, null));
            }
            return locks;
        });
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        String text = rows.getString(column);
        return text == null ? "" : text;
    }

    private static Instant time(ResultSet rows, int column, Instant otherwise) throws SQLException {
        OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
        return time == null ? otherwise : time.toInstant();
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
