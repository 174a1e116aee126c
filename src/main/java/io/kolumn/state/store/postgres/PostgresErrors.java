package io.kolumn.state.store.postgres;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.postgres.Shares.Use;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLWarning;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLWarning;

/**
 * What an error of the database means for people and for the outcome of a commit. No message holds a statement, a value or a
 * password: the server's own words are passed on only where they are about access, names or resources.
 */
final class PostgresErrors {

    /**
     * Classes of errors by which the server says that it did not do what was asked (the manual's appendix A); of class 40
     * all but 40003, which says that it does not know.
     */
    private static final Set<String> REFUSALS =
            Set.of("0A", "21", "22", "23", "25", "26", "28", "3D", "3F", "40", "42", "53", "54", "55");

    /** Classes whose primary message names users, databases, tables, settings or limits, never a value. */
    private static final Set<String> QUOTABLE = Set.of("28", "3D", "3F", "25", "53", "55", "57");

    /** What the driver itself says of a certificate that is missing, not trusted, or another host's. */
    private static final Pattern TLS = Pattern.compile("SSL|[Cc]ertificate|hostnameverifier");

    private static final Set<String> MOVED = Set.of("40001", "40P01", "23505");

    /** What a primary says that was made read-only, and every standby of a change. */
    static final String STANDBY = "25006";

    /** The server's own words of the commits that it stopped waiting for have these classes: a warning, or an order to end. */
    private static final Set<String> DOUBTS = Set.of("01", "57");

    /** The server's routine by which a trigger raises what it wants to say. */
    private static final String RAISED = "exec_stmt_raise";

    private final PostgresSettings settings;

    PostgresErrors(PostgresSettings settings) {
        this.settings = settings;
    }

    /** Nothing was sent, or it only read. */
    Unavailable failed(String what, SQLException e) {
        Unavailable failure = new Unavailable(what + ": " + reason(e), e);
        String kind = kind(e);
        return kind.isEmpty() ? failure : failure.telling(kind + " Try again in a moment.");
    }

    /** A commit failed: if the server did not say so itself, it may have happened. */
    Unavailable uncertain(String what, SQLException e) {
        return refused(e) ? failed(what, e) : unknown(what + ", or perhaps it was", e);
    }

    /** None of the connections that are for this use became free. */
    Unavailable busy(String what, Use use, Shares shares, String hanging) {
        String some = "max_conns=" + shares.connections()
                + (use == Use.CHANGE ? ", of which changes may use " + shares.changes() : "");
        return new Unavailable(
                        what + ": PostgreSQL at " + settings.server() + " had no connection free within "
                                + settings.connectTimeout().toMillis() + " ms (" + some + "): "
                                + (hanging.isEmpty() ? "all are busy, or the database is slow." : hanging + "."),
                        null)
                .telling("The database had no connection free in time: "
                        + (hanging.isEmpty() ? "all are busy, or it is slow." : hanging + ".")
                        + " Try again in a moment.");
    }

    /** The time for waiting is over; a change that was sent may yet happen. */
    Unavailable late(String what, Use use, boolean sent, String hanging) {
        long waited = (use == Use.CHECK ? PostgresPool.CHECK : settings.requestTimeout()).toMillis();
        String text = ": PostgreSQL at " + settings.server() + " did not answer within " + waited + " ms"
                + (use == Use.CHECK ? "" : " (request_timeout)") + (hanging.isEmpty() ? "." : "; " + hanging + ".");
        String told = "The database did not answer in time" + (hanging.isEmpty() ? "." : "; " + hanging + ".");
        return sent
                ? Unavailable.outcomeUnknown(
                                what + " yet, but may still be, so the outcome is unknown" + text
                                        + " Check, or try again.",
                                null)
                        .telling(told + " The request may still be executed. Check, or try again.")
                : new Unavailable(what + text, null).telling(told + " Try again in a moment.");
    }

    /** Something failed, and what of it happened nobody knows. */
    Unavailable unknown(String what, SQLException e) {
        Unavailable failure = Unavailable.outcomeUnknown(what + ": " + reason(e), e);
        String kind = kind(e);
        return kind.isEmpty() ? failure : failure.telling(kind + " The outcome is uncertain. Check, or try again.");
    }

    /** What every caller may read; empty where only those who run the service can do something about it. */
    private static String kind(SQLException e) {
        if (e.getCause() instanceof SQLWarning) {
            return "The database committed the change, but stopped waiting for its synchronous standby.";
        }
        return switch (state(e)) {
            case STANDBY -> "The database is read-only: a standby answered, or it was made read-only.";
            case "53100" -> "The disk of the database is full.";
            case "57014" -> "The database cancelled the statement: it exceeded the time limit.";
            default -> "";
        };
    }

    private static boolean refused(SQLException e) {
        String state = state(e);
        return state.equals("57014")
                || state.equals("57P03")
                || (state.length() == 5 && REFUSALS.contains(state.substring(0, 2)) && !state.equals("40003"));
    }

    /** Whether another transaction was quicker, in a way that is an error of the database. */
    static boolean moved(SQLException e) {
        return MOVED.contains(state(e));
    }

    /** Whether a table is missing. */
    static boolean missing(SQLException e) {
        return state(e).equals("42P01") || state(e).equals("3F000");
    }

    /** Whether the connection is gone, so that a new one may do better. */
    static boolean lost(SQLException e) {
        String state = state(e);
        return state.startsWith("08") || state.equals("57P01") || state.equals("57P02");
    }

    /** Whether the connection was closed because nothing came in time. */
    static boolean timedOut(SQLException e) {
        return causedBy(e, SocketTimeoutException.class);
    }

    /** Whether a standby answered, so that another server may do better. */
    static boolean standby(SQLException e) {
        return state(e).equals(STANDBY);
    }

    /** Whether a standby could say so only because it is one: a table is not there yet, or its replay was in the way. */
    static boolean perhapsBehind(SQLException e) {
        String state = state(e);
        return state.startsWith("42") || state.equals("3F000") || state.equals("40001");
    }

    /** Whether a warning leaves it open whether what was committed is where it has to be. */
    static boolean doubtsCommit(SQLWarning warning) {
        String state = String.valueOf(warning.getSQLState());
        boolean raised = warning instanceof PSQLWarning known
                && known.getServerErrorMessage() != null
                && RAISED.equals(known.getServerErrorMessage().getRoutine());
        return state.length() == 5 && DOUBTS.contains(state.substring(0, 2)) && !raised;
    }

    private String reason(SQLException e) {
        return "PostgreSQL at " + settings.server() + " " + said(e);
    }

    private String said(SQLException e) {
        String state = state(e);
        if (e.getCause() instanceof SQLWarning) {
            return "committed the change, but stopped waiting for the synchronous standby: " + words(e)
                    + ". Check, or try again. The commit is acknowledged when the standby has it.";
        }
        if (state.equals("08P01") && words(e).contains("statement pooling")) {
            return "is behind a pooler in statement mode, which does not allow transactions: " + words(e)
                    + ". Set its pool_mode to transaction or session.";
        }
        if (state.equals(STANDBY)) {
            return "is read-only: it is a standby, or was made read-only. Configure the primary.";
        }
        if (state.equals("42501")) {
            return "denied the permission: " + words(e) + ". Grant it (docs/postgresql.md), or configure another user.";
        }
        if (state.startsWith("28")) {
            return "rejected the user: " + words(e) + ".";
        }
        if (state.equals("53100")) {
            return "has a full disk.";
        }
        if (state.equals("57014")) {
            return "cancelled the statement: it exceeded statement_timeout.";
        }
        if (state.equals("26000") || state.equals("42P05")) {
            return "has another statement of that name. If a pooler is in front of it, set kolumn.state.postgres.prepare=false.";
        }
        if (state.equals("08004")) {
            return "rejected the connection: " + words(e) + ".";
        }
        if (causedBy(e, UnknownHostException.class)) {
            return "cannot be reached: its host name is not known.";
        }
        if (causedBy(e, SSLException.class)) {
            return "failed in TLS (ssl_mode): " + lastWords(e) + ".";
        }
        if (state.startsWith("08") && TLS.matcher(words(e)).find()) {
            return "is not trusted over TLS (ssl_mode; sslrootcert of the driver has the trusted certificates): "
                    + words(e) + ".";
        }
        if (causedBy(e, ConnectException.class)) {
            return "cannot be reached: connection refused.";
        }
        if (e instanceof SQLTimeoutException
                || causedBy(e, SocketTimeoutException.class)
                || String.valueOf(e.getMessage()).contains("cquisition timeout")) {
            return "accepted no new connection within "
                    + settings.connectTimeout().toMillis()
                    + " ms (conn_timeout): it is frozen or overloaded, or a firewall drops the packets.";
        }
        return QUOTABLE.contains(state.length() == 5 ? state.substring(0, 2) : "")
                ? "says: " + words(e) + "."
                : state.isEmpty() ? "failed without a reason." : "failed (SQLSTATE " + state + ").";
    }

    /** The first line of the server's message, without what follows on detail and position. */
    private static String words(SQLException e) {
        String message =
                String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static String lastWords(SQLException e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
    }

    private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String state(SQLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }
}
