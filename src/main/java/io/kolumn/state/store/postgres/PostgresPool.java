package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import io.kolumn.state.StateException.Unavailable;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Runs statements on connections of a pool, and makes {@link Unavailable} of what goes wrong. */
final class PostgresPool implements AutoCloseable {

    /**
     * How long, in nanoseconds, new connections are tried where old ones turn out to be gone, as all of a pool are after a
     * restart of the database.
     */
    private static final long RENEWAL = TimeUnit.SECONDS.toNanos(1);

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Logger LOG = Logger.getLogger(PostgresPool.class);

    /** Fills the parameters of a statement. */
    interface Binding {
        void fill(PreparedStatement statement) throws SQLException;
    }

    /** Takes what it wants from a result. */
    interface Reading<T extends @Nullable Object> {
        T from(ResultSet rows) throws SQLException;
    }

    private final AgroalDataSource source;
    private final boolean own;
    private final PostgresErrors errors;
    private volatile boolean named;

    /**
     * @param own whether the pool goes when the store is closed
     * @param named whether statements may be prepared under a name where the session is the connection's own
     */
    PostgresPool(AgroalDataSource source, boolean own, boolean named, PostgresErrors errors) {
        this.source = source;
        this.own = own;
        this.named = named;
        this.errors = errors;
    }

    /**
     * A connection whose statements are prepared under a name, and so planned once, if its session is its own.
     *
     * <p>A pooler that gives each transaction another session must see no names: the session could know another statement
     * by it. Such a pooler answers for the server and gives the connection a process number of its own (BackendKeyData in
     * the protocol's start-up), which is not that of the session.
     */
    Connection connection() throws SQLException {
        long start = System.nanoTime();
        while (true) {
            Connection connection = source.getConnection();
            try {
                if (named) {
                    prepareByName(connection);
                }
                return connection;
            } catch (SQLException e) {
                connection.close();
                renewOrThrow(e, start);
            }
        }
    }

    /** What is gone must not be given out again. */
    private void renewOrThrow(SQLException e, long start) throws SQLException {
        if (!PostgresErrors.lost(e) || System.nanoTime() - start > RENEWAL) {
            throw e;
        }
        source.flush(AgroalDataSource.FlushMode.IDLE);
        LockSupport.parkNanos(PAUSE);
    }

    private void prepareByName(Connection connection) throws SQLException {
        PGConnection driver = connection.unwrap(PGConnection.class);
        if (driver.getPrepareThreshold() == 0) {
            int session = query(connection, "SELECT pg_backend_pid()", statement -> {}, rows -> {
                rows.next();
                return rows.getInt(1);
            });
            if (session == driver.getBackendPID()) {
                driver.setPrepareThreshold(1);
            } else {
                named = false;
                LOG.info("There is a pooler before PostgreSQL: statements are not prepared under names.");
            }
        }
    }

    /** A statement that only reads, so that it may be sent again. */
    <T extends @Nullable Object> T read(String what, String sql, Binding binding, Reading<T> reading) {
        long start = System.nanoTime();
        while (true) {
            try (Connection connection = connected(what)) {
                return query(connection, sql, binding, reading);
            } catch (SQLException e) {
                try {
                    renewOrThrow(e, start);
                } catch (SQLException last) {
                    throw errors.failed(what, last);
                }
            }
        }
    }

    /**
     * A statement that changes something, sent once.
     *
     * @return how many rows it says it changed; 0 if another transaction was quicker
     */
    long change(String what, String sql, Binding binding) {
        try (Connection connection = connected(what)) {
            return query(connection, sql, binding, rows -> {
                return rows.next() ? rows.getLong(1) : 0L;
            });
        } catch (SQLException e) {
            if (PostgresErrors.moved(e)) {
                return 0;
            }
            if (PostgresErrors.lost(e)) {
                source.flush(AgroalDataSource.FlushMode.IDLE);
            }
            throw errors.uncertain(what, e);
        }
    }

    /**
     * A statement that changes something, sent once for each binding without waiting in between.
     *
     * @return for each whether it says that it changed a row
     */
    List<Boolean> changeAll(String what, String sql, List<Binding> bindings) {
        try (Connection connection = connected(what);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Binding binding : bindings) {
                binding.fill(statement);
                statement.addBatch();
            }
            return Arrays.stream(statement.executeBatch())
                    .mapToObj(rows -> rows > 0)
                    .toList();
        } catch (SQLException e) {
            // The driver's own exception would show the statement with its values.
            throw unknown(
                    what, e instanceof BatchUpdateException && e.getNextException() != null ? e.getNextException() : e);
        } catch (AssertionError e) {
            // So the driver ends a batch whose connection is gone, where assertions are on.
            throw unknown(what, new SQLException("The connection is gone.", "08006", e));
        }
    }

    private Unavailable unknown(String what, SQLException e) {
        if (PostgresErrors.lost(e)) {
            source.flush(AgroalDataSource.FlushMode.IDLE);
        }
        return errors.unknown(what, e);
    }

    private Connection connected(String what) {
        try {
            return connection();
        } catch (SQLException e) {
            throw errors.failed(what, e);
        }
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

    @Override
    public void close() {
        if (own) {
            source.close();
        }
    }
}
