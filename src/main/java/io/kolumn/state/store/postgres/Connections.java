package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Connections to the primary: where one is gone or leads to a standby, others are tried, as far as nothing was changed. */
final class Connections {

    /**
     * How long, in nanoseconds, new connections are tried where old ones turn out to be gone, as all of a pool are after a
     * restart of the database, or lead to a standby.
     */
    private static final long RENEWAL = TimeUnit.SECONDS.toNanos(1);

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

    /** Work on one connection. */
    interface OnConnection<T extends @Nullable Object> {
        T with(Connection connection) throws SQLException;
    }

    private final AgroalDataSource source;
    private final Greetings greetings;
    private final PostgresSettings settings;

    Connections(AgroalDataSource source, Greetings greetings, PostgresSettings settings) {
        this.source = source;
        this.greetings = greetings;
        this.settings = settings;
    }

    /** Reads, elsewhere too if a connection is gone or leads to a standby. */
    <T extends @Nullable Object> T read(Errand<T> errand, OnConnection<T> reading) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try (Connection connection = connection(errand)) {
                return reading.with(connection);
            } catch (SQLException e) {
                renewOrThrow(e, start, errand);
            }
        }
    }

    /** Sent once; elsewhere too where a standby said that it changes nothing. */
    <T extends @Nullable Object> T change(Errand<T> errand, OnConnection<T> change) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try (Connection connection = connection(errand)) {
                errand.send();
                return Statements.elsewhereIfStandby(connection, change);
            } catch (SQLException e) {
                if (!PostgresErrors.standby(e)) {
                    flushIfLost(e);
                    throw e;
                }
                renewOrThrow(e, start, errand);
            }
        }
    }

    /** A connection that leads to a primary, as far as it was asked. */
    private Connection connection(Errand<?> errand) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            Connection connection = source.getConnection();
            try {
                PGConnection driver = connection.unwrap(PGConnection.class);
                errand.uses(driver);
                Greeting greeting = greetings.greet(connection, driver);
                int timeout = errand.timeout(settings.requestTimeout());
                if (connection.getNetworkTimeout() != timeout) {
                    connection.setNetworkTimeout(Runnable::run, timeout);
                }
                errand.greeted(greeting);
                return connection;
            } catch (SQLException e) {
                connection.close();
                renewOrThrow(e, start, errand);
            }
        }
    }

    /** What is gone must not be given out again. */
    private void renewOrThrow(SQLException e, long start, Errand<?> errand) throws SQLException {
        boolean elsewhere = (PostgresErrors.lost(e) && !PostgresErrors.timedOut(e)) || PostgresErrors.standby(e);
        if (!elsewhere || errand.left() || System.nanoTime() - start > RENEWAL) {
            throw e;
        }
        flushIfLost(e);
        LockSupport.parkNanos(PAUSE);
    }

    /** Lets go of idle connections if this one was lost: the others are likely to be, too. */
    void flushIfLost(SQLException e) {
        if (PostgresErrors.lost(e)) {
            source.flush(AgroalDataSource.FlushMode.IDLE);
        }
    }
}
