package io.kolumn.state.store.postgres;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StoreCheck;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the tables are there, and what else the store must know of the server. One query when all is well; otherwise
 * the tables are made or upgraded in one transaction, of one replica at a time.
 *
 * <p>The table of the layout has a row for each layout that was reached, with the oldest layout whose programs can still
 * work with it: an upgrade adds what older programs pass over, so that the releases before and after run side by side.
 */
final class PostgresLayout {

    /** The newest layout that this program knows. */
    static final int KNOWN = 5;

    /** 13. */
    private static final int OLDEST_SERVER = 130_000;

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = Logger.getLogger(PostgresLayout.class);

    private record Seen(int layout, int worksWith, boolean readOnly, String synchronousCommit, int server) {}

    private final PostgresSettings settings;
    private final PostgresPool pool;
    private final boolean reading;
    private final String seen;
    private volatile boolean current;
    private @Nullable CompletableFuture<Void> preparing;
    private volatile long ended;

    /** @param reading whether missing or old tables are an error, and not made or upgraded */
    PostgresLayout(PostgresSettings settings, PostgresPool pool, boolean reading) {
        this.settings = settings;
        this.pool = pool;
        this.reading = reading;
        this.seen = PostgresSql.PROVEN + "coalesce(max(layout), 0), coalesce(max(works_with), 0),"
                + " current_setting('transaction_read_only') = 'on', current_setting('synchronous_commit'),"
                + " current_setting('server_version_num')::integer FROM " + settings.layout();
    }

    /** @throws Unavailable if the tables are not there and cannot be made, or the server is not one to write to */
    void ensure() {
        if (!current) {
            await(Deadline.ofCall(settings.requestTimeout()));
        }
    }

    private void await(Deadline deadline) {
        try {
            preparing().get(deadline.remaining(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Unavailable known
                    ? Unavailable.again(known)
                    : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            String hanging = pool.hanging();
            String doing = " are being checked, created or upgraded" + (hanging.isEmpty() ? "" : ": " + hanging)
                    + ". Try again.";
            throw new Unavailable("The tables of the states at " + settings.server() + doing, null)
                    .telling("The tables of the states" + doing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("The wait for the tables of the states was interrupted.", e);
        }
    }

    /** One at a time, however many wait. Those who come a moment after it failed are told the same and wait for nothing. */
    private synchronized CompletableFuture<Void> preparing() {
        boolean fresh = System.nanoTime() - ended < PAUSE;
        if (preparing == null || (preparing.isDone() && !current && !fresh)) {
            preparing = CompletableFuture.runAsync(this::prepareOnce, Thread.ofVirtual()::start);
        }
        return preparing;
    }

    private void prepareOnce() {
        try {
            prepare();
        } finally {
            ended = System.nanoTime();
        }
    }

    private void prepare() {
        Seen seen = seen(pool::read);
        if (seen == null || seen.layout() < KNOWN) {
            migrate(seen);
            seen = seen(pool::read);
        }
        if (seen == null) {
            throw new Unavailable(
                    "The tables of the layout were created but no longer exist. Check what drops them.", null);
        }
        String problem = problem(seen);
        if (problem != null) {
            throw new Unavailable(problem, null);
        }
        if (weak(seen)) {
            LOG.warnf("%s", weakness(seen));
        }
        current = true;
    }

    private static boolean weak(Seen seen) {
        return seen.synchronousCommit().equals("off");
    }

    private String weakness(Seen seen) {
        return "PostgreSQL at " + settings.server() + " has synchronous_commit=" + seen.synchronousCommit()
                + ": a crash of the server can lose acknowledged states. Set it to on for this database or user.";
    }

    private @Nullable String problem(Seen seen) {
        String server = "PostgreSQL at " + settings.server();
        if (seen.readOnly() && !reading) {
            return server + " is read-only (default_transaction_read_only). Disable that for this database or user.";
        }
        if (seen.server() < OLDEST_SERVER) {
            return server + " is older than version 13, the oldest supported one.";
        }
        if (seen.worksWith() > KNOWN) {
            return "The tables '" + settings.table() + "' at " + settings.server() + " have layout " + seen.layout()
                    + ", which is newer than this release (layout " + KNOWN
                    + "). Use a newer release of the service.";
        }
        return null;
    }

    /** How a read goes: as any other, or as a check. */
    private interface Asking {
        Seen ask(String what, String sql, Statements.Binding binding, Statements.Reading<Seen> reading);
    }

    /** Null if there is no table of the layout. */
    private @Nullable Seen seen(Asking asking) {
        try {
            return asking.ask("The storage cannot be used", seen, statement -> {}, PostgresLayout::seen);
        } catch (Unavailable e) {
            if (e.getCause() instanceof SQLException cause && PostgresErrors.missing(cause)) {
                return null;
            }
            throw e;
        }
    }

    private static Seen seen(ResultSet rows) throws SQLException {
        return new Seen(rows.getInt(2), rows.getInt(3), rows.getBoolean(4), rows.getString(5), rows.getInt(6));
    }

    private void migrate(@Nullable Seen seen) {
        if (reading) {
            throw new Unavailable(
                    seen == null
                            ? "There are no tables of states " + place()
                                    + " yet. Check the configured storage. The service creates the tables, and upgrades those of"
                                    + " Kolumn's earlier layout."
                            : "The tables of the states " + place() + " have layout " + seen.layout()
                                    + ", but this release reads layout " + KNOWN
                                    + ". Start the service to upgrade them.",
                    null);
        }
        if (!settings.migrate()) {
            throw new Unavailable(
                    "The tables of the states are missing or old " + place() + " (layout "
                            + (seen == null ? "none" : String.valueOf(seen.layout())) + " instead of " + KNOWN
                            + "), and kolumn.state.postgres.migrate=false. Run the script of docs/postgresql.md.",
                    null);
        }
        pool.transaction(
                "The tables of the states could not be created or upgraded (schema '" + settings.schema() + "', table '"
                        + settings.table() + "')",
                connection -> {
                    locked(connection);
                    return null;
                });
    }

    private String place() {
        return "at " + settings.server() + ", schema '" + settings.schema() + "', table '" + settings.table() + "',";
    }

    /** One replica at a time: the others wait here, and then find the work done. */
    private void locked(Connection connection) throws SQLException {
        Statements.query(
                connection,
                "SELECT pg_advisory_xact_lock(?)",
                statement -> statement.setLong(1, lockNumber()),
                rows -> rows.next());
        int reached = 0;
        if (PostgresTables.exists(connection, settings.schema(), settings.layoutTable())) {
            reached = Statements.proven(connection, seen, statement -> {}, PostgresLayout::seen)
                    .layout();
            if (reached >= KNOWN) {
                return;
            }
        }
        try (Statement statement = connection.createStatement()) {
            if (!schemaExists(connection)) {
                statement.execute("CREATE SCHEMA " + PostgresSettings.quoted(settings.schema()));
            }
            if (reached > 0) {
                statement.execute(PostgresTables.upgrade(settings));
            } else {
                make(statement, new PostgresSingleTable(settings, connection));
            }
        }
        LOG.infof("Created the tables of layout %d in schema '%s' at %s.", KNOWN, settings.schema(), settings.server());
    }

    private void make(Statement statement, PostgresSingleTable older) throws SQLException {
        boolean found = older.found();
        if (found) {
            older.setApart();
        }
        statement.execute(PostgresTables.script(settings));
        if (found) {
            older.takeOver(new PostgresSql(settings));
        }
    }

    private boolean schemaExists(Connection connection) throws SQLException {
        return Statements.query(
                connection,
                "SELECT 1 FROM pg_namespace WHERE nspname = ?",
                statement -> statement.setString(1, settings.schema()),
                rows -> rows.next());
    }

    /** The same for all replicas on the same tables, and hardly anybody else's. */
    private long lockNumber() {
        CRC32 crc = new CRC32();
        crc.update(settings.heads().getBytes(StandardCharsets.UTF_8));
        return 0x6b6f6c756d6eL << 16 ^ crc.getValue();
    }

    StoreCheck closed() {
        return new StoreCheck(false, false, Map.of(), "The PostgreSQL store is closed.");
    }

    StoreCheck check() {
        Map<String, String> capabilities = new TreeMap<>(
                Map.of("durable", "true", "shared", "any number of replicas", "server", settings.server()));
        try {
            if (!current) {
                await(Deadline.in(PostgresPool.CHECK));
            }
            Seen seen = seen(pool::check);
            if (seen == null) {
                current = false;
                return new StoreCheck(false, false, capabilities, "The tables at " + settings.server() + " are gone.");
            }
            capabilities.put("version", seen.server() / 10_000 + "." + seen.server() % 10_000);
            capabilities.put("layout", String.valueOf(seen.layout()));
            if (weak(seen)) {
                capabilities.put("durable", "false");
                capabilities.put("warning", weakness(seen));
            }
            String hanging = pool.hanging();
            if (!hanging.isEmpty()) {
                capabilities.put("warning", hanging + ".");
            }
            String problem = problem(seen);
            return new StoreCheck(true, problem == null, capabilities, problem);
        } catch (Unavailable e) {
            return new StoreCheck(false, false, capabilities, e.getMessage());
        }
    }
}
