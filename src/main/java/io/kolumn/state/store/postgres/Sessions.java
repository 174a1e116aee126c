package io.kolumn.state.store.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that the server has of the store's role, at one moment.
 *
 * @param server when it was started, which tells it from another one
 * @param byNumber each by the number of its process
 */
record Sessions(String server, Map<Integer, Session> byNumber) {

    /** One row for each but the one that answers. */
    static final String SQL =
            PostgresSql.PROVEN + "pg_postmaster_start_time()::text, a.pid, a.state, a.wait_event_type,"
                    + " a.wait_event FROM " + PostgresSql.ONE_ROW
                    + "pg_stat_activity a ON a.usename = current_user AND a.pid <> pg_backend_pid()";

    /**
     * One session.
     *
     * @param state as the server names it; null if it does not tell
     */
    record Session(
            @Nullable String state,
            @Nullable String waitsFor,
            @Nullable String event) {

        boolean forStandby() {
            return "SyncRep".equals(event);
        }

        boolean forLock() {
            return "Lock".equals(waitsFor);
        }

        /** Whether it has nothing to do, so that what it was asked is answered. */
        boolean idle() {
            return "idle".equals(state);
        }
    }

    static Sessions of(ResultSet rows) throws SQLException {
        String server = rows.getString(2);
        Map<Integer, Session> sessions = new HashMap<>();
        do {
            int number = rows.getInt(3);
            if (!rows.wasNull()) {
                sessions.put(number, new Session(rows.getString(4), rows.getString(5), rows.getString(6)));
            }
        } while (rows.next());
        return new Sessions(String.valueOf(server), Map.copyOf(sessions));
    }

    long forStandby() {
        return byNumber.values().stream().filter(Session::forStandby).count();
    }

    long forLocks() {
        return byNumber.values().stream().filter(Session::forLock).count();
    }

    /** Whether the session of a connection is not there any more, so that what it was asked will never be answered. */
    boolean gone(Greeting greeting) {
        return !greeting.server().equals(server) || (!greeting.pooled() && !byNumber.containsKey(greeting.session()));
    }

    /** Whether nothing works on what was asked with a connection. */
    boolean idle(Greeting greeting) {
        if (greeting.pooled()) {
            return byNumber.values().stream().allMatch(Session::idle);
        }
        Session session = byNumber.get(greeting.session());
        return session != null && session.idle();
    }
}
