package io.kolumn.state.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * What is asked with a connection that is new, and how it is used from then on. Its statements are prepared under a name, and
 * so planned once, if its session is its own.
 *
 * <p>A pooler that gives each transaction another session must see no names: the session could know another statement by it.
 * Such a pooler answers for the server and gives the connection a process number of its own (BackendKeyData in the
 * protocol's start-up), which is not that of the session.
 */
final class Greetings {

    private static final String SQL =
            PostgresSql.PROVEN + "pg_backend_pid(), pg_postmaster_start_time()::text FROM (VALUES (0)) one";

    private static final Logger LOG = Logger.getLogger(Greetings.class);

    private final Map<PGConnection, Greeting> known = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile boolean named;

    /** @param named whether statements may be prepared under a name where the session is the connection's own */
    Greetings(boolean named) {
        this.named = named;
    }

    /** Null if it is not greeted yet. */
    @Nullable
    Greeting of(PGConnection driver) {
        return known.get(driver);
    }

    /** @throws SQLException with state 25006 if it leads to a standby */
    Greeting greet(Connection connection, PGConnection driver) throws SQLException {
        Greeting before = known.get(driver);
        if (before != null) {
            return before;
        }
        Greeting greeting = Statements.proven(connection, SQL, statement -> {}, rows -> {
            int session = rows.getInt(2);
            return new Greeting(session, session != driver.getBackendPID(), rows.getString(3));
        });
        if (named && greeting.pooled()) {
            named = false;
            LOG.info("A pooler is in front of PostgreSQL. Statements are not prepared under names.");
        }
        if (named && driver.getPrepareThreshold() == 0) {
            driver.setPrepareThreshold(1);
        }
        known.put(driver, greeting);
        return greeting;
    }
}
