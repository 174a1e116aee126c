package io.kolumn.state.store.postgres;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Arrays;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Statements on one connection: reads that prove who answers, and changes that are acknowledged without a warning. */
final class Statements {

    private static final Logger LOG = Logger.getLogger(Statements.class);

    private Statements() {}

    /** Fills the parameters of a statement. */
    interface Binding {
        void fill(PreparedStatement statement) throws SQLException;
    }

    /** Takes what it wants from a result, which is at its first row. */
    interface Reading<T extends @Nullable Object> {
        T from(ResultSet rows) throws SQLException;
    }

    static <T extends @Nullable Object> T query(Connection connection, String sql, Binding binding, Reading<T> reading)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.fill(statement);
            try (ResultSet rows = statement.executeQuery()) {
                return reading.from(rows);
            }
        }
    }

    /**
     * A read whose first column is {@code pg_is_in_recovery()}, and which has at least one row: so every answer, an empty one
     * too, proves in itself that a primary gave it. What was asked before with the same connection would prove nothing: a
     * pooler may give each statement another server.
     *
     * @throws SQLException with state 25006 if a standby answered, which may be behind; the connection is then not used again
     */
    static <T extends @Nullable Object> T proven(Connection connection, String sql, Binding binding, Reading<T> reading)
            throws SQLException {
        return elsewhereIfStandby(
                connection,
                same -> query(same, sql, binding, rows -> {
                    if (!rows.next()) {
                        throw new IllegalStateException("A read has no row with the server's role: " + sql);
                    }
                    if (rows.getBoolean(1)) {
                        throw new SQLException("The server is a standby.", PostgresErrors.STANDBY);
                    }
                    return reading.from(rows);
                }));
    }

    /** Whatever a standby says, it says only that it is one: tables and columns may not be there yet. */
    static <T extends @Nullable Object> T elsewhereIfStandby(Connection connection, Connections.OnConnection<T> work)
            throws SQLException {
        try {
            return work.with(connection);
        } catch (SQLException e) {
            if (PostgresErrors.standby(e) || (PostgresErrors.perhapsBehind(e) && inRecovery(connection))) {
                discard(connection);
                throw PostgresErrors.standby(e)
                        ? e
                        : new SQLException("The server is a standby.", PostgresErrors.STANDBY, e);
            }
            throw e;
        }
    }

    /**
     * It is not used again. Agroal's own {@code abort} leaves its place in the pool taken; a connection that fails as gone
     * leaves it.
     */
    private static void discard(Connection connection) throws SQLException {
        if (connection.unwrap(PGConnection.class) instanceof Connection driver) {
            driver.abort(Runnable::run);
        }
        try {
            connection.createStatement().close();
        } catch (SQLException gone) {
            LOG.debug("A connection to a standby was closed.", gone);
        }
    }

    private static boolean inRecovery(Connection connection) {
        try {
            return query(
                    connection,
                    "SELECT pg_is_in_recovery()",
                    statement -> {},
                    rows -> rows.next() && rows.getBoolean(1));
        } catch (SQLException e) {
            return false;
        }
    }

    /** How many rows a change says it changed; 0 if another transaction was quicker. */
    static long changed(Connection connection, String sql, Binding binding) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.fill(statement);
            long count;
            try (ResultSet rows = statement.executeQuery()) {
                count = rows.next() ? rows.getLong(1) : 0L;
            }
            acknowledged(statement.getWarnings());
            return count;
        } catch (SQLException e) {
            if (PostgresErrors.moved(e)) {
                return 0;
            }
            throw e;
        }
    }

    /** For each binding whether its change says that it changed a row. */
    static List<Boolean> changedAll(Connection connection, String sql, List<Binding> bindings) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Binding binding : bindings) {
                binding.fill(statement);
                statement.addBatch();
            }
            int[] rows = statement.executeBatch();
            acknowledged(statement.getWarnings());
            return Arrays.stream(rows).mapToObj(count -> count > 0).toList();
        } catch (BatchUpdateException e) {
            // The driver's own exception would show the statement with its values.
            throw e.getNextException() == null ? e : e.getNextException();
        } catch (AssertionError e) {
            // So the driver ends a batch whose connection is gone, where assertions are on.
            throw new SQLException("The connection is gone.", "08006", e);
        }
    }

    static void transaction(Connection connection, Connections.OnConnection<@Nullable Void> changes)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            changes.with(connection);
            connection.clearWarnings();
            connection.commit();
            acknowledged(connection.getWarnings());
        } finally {
            rollBack(connection);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            LOG.debug("The connection is gone, and the transaction with it.", e);
        }
    }

    /**
     * A commit whose wait for the synchronous standby was cancelled is answered as any other but for a warning. Those that a
     * trigger raises are none of the commit.
     *
     * @throws SQLException with the state of the warning
     */
    private static void acknowledged(@Nullable SQLWarning first) throws SQLException {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            if (PostgresErrors.doubtsCommit(warning)) {
                throw new SQLException(warning.getMessage(), warning.getSQLState(), warning);
            }
        }
    }
}
