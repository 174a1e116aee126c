package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.postgres.Shares.Use;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Runs statements on connections of a pool, and makes {@link Unavailable} of what goes wrong. Nobody waits longer than a call
 * may in all; a statement that takes longer goes on without anybody, and keeps its connection, as {@link Errand} says.
 */
final class PostgresPool implements AutoCloseable {

    /** What takes longer is looked after. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    /** Where nothing was answered for so long, in nanoseconds, nobody counts on an answer. */
    private static final long LIVELY = TimeUnit.SECONDS.toNanos(10);

    /** Less than those who ask for readiness wait. */
    static final Duration CHECK = Duration.ofMillis(1500);

    /** When a check is given up that keeps others from asking; it reads and nothing else. */
    private static final long CHECK_LOST = TimeUnit.SECONDS.toNanos(30);

    private final AgroalDataSource source;
    private final boolean own;
    private final PostgresSettings settings;
    private final PostgresErrors errors;
    private final Greetings greetings;
    private final Connections connections;
    private final Shares shares;
    private final int idle;
    private int leftSessions;
    private int apart;
    private final Hanging hanging;
    private volatile @Nullable Errand<?> checking;
    private volatile long answered = System.nanoTime() - LIVELY;

    /** @param own whether the pool goes when the store is closed */
    PostgresPool(AgroalDataSource source, boolean own, PostgresSettings settings, PostgresErrors errors) {
        this.source = source;
        this.own = own;
        this.settings = settings;
        this.errors = errors;
        this.greetings = new Greetings(settings.named());
        this.connections = new Connections(source, greetings, settings);
        this.shares = new Shares(
                source.getConfiguration().connectionPoolConfiguration().maxSize());
        this.idle = source.getConfiguration().connectionPoolConfiguration().minSize();
        this.hanging = new Hanging(this::sessions, greetings::of);
    }

    /** How many reads can be under way at the same time. */
    int reads() {
        return shares.reads();
    }

    /** A statement that only reads, so that it may be sent again. Its first column proves who answers. */
    <T extends @Nullable Object> T read(
            String what, String sql, Statements.Binding binding, Statements.Reading<T> reading) {
        Deadline deadline = Deadline.ofCall(settings.requestTimeout());
        Errand.Work<T> work = reading(sql, binding, reading);
        return soon(deadline) ? readHere(what, deadline, work) : run(what, Use.READ, deadline, work, errors::failed);
    }

    private <T extends @Nullable Object> Errand.Work<T> reading(
            String sql, Statements.Binding binding, Statements.Reading<T> reading) {
        return errand -> {
            T result = connections.read(errand, connection -> Statements.proven(connection, sql, binding, reading));
            answered = System.nanoTime();
            return result;
        };
    }

    /** Whether to expect an answer, and a connection in good time: a thread for each of many quick reads would cost much. */
    private boolean soon(Deadline deadline) {
        return System.nanoTime() - answered < LIVELY
                && deadline.remaining() > settings.connectTimeout().toNanos() + SLOW.toNanos();
    }

    /** On this thread, with a connection that waits no longer than the call may. */
    private <T extends @Nullable Object> T readHere(String what, Deadline deadline, Errand.Work<T> work) {
        Errand<T> errand = new Errand<>(work, () -> {}, deadline);
        Greeting left = null;
        take(what, Use.READ, deadline);
        try {
            return errand.here();
        } catch (SQLException e) {
            if (!PostgresErrors.timedOut(e) || errand.greeting() == null) {
                throw errors.failed(what, e);
            }
            left = errand.greeting();
            answered = System.nanoTime() - LIVELY;
            throw errors.late(what, Use.READ, false, hanging.told());
        } finally {
            giveBackWhenGone(left);
        }
    }

    /** A session that nobody listens to any more counts as one until it is gone. */
    private void giveBackWhenGone(@Nullable Greeting left) {
        if (left == null || left.pooled() || !shares.keepsOneForChecks()) {
            shares.giveBack(Use.READ);
        } else {
            leaveRoomFor(1);
            hanging.left(left, () -> {
                leaveRoomFor(-1);
                shares.giveBack(Use.READ);
            });
        }
    }

    /** The pool keeps none, and makes none, in the place of a session that was left. */
    private synchronized void leaveRoomFor(int more) {
        leftSessions += more;
        resize();
        if (more > 0) {
            source.flush(AgroalDataSource.FlushMode.IDLE);
        }
    }

    private void resize() {
        AgroalConnectionPoolConfiguration pool = source.getConfiguration().connectionPoolConfiguration();
        pool.setMinSize(leftSessions == 0 ? idle : 0);
        pool.setMaxSize(Math.max(1, shares.connections() - leftSessions) + apart);
    }

    private synchronized void makeRoomFor(int more) {
        apart += more;
        resize();
    }

    /** Work that keeps a connection for as long as it likes, beside the connections of all calls. */
    interface Apart {
        /**
         * Works with it.
         *
         * @param pooled whether the session is not the connection's own, since a pooler stands in between
         */
        boolean with(Connection connection, boolean pooled) throws SQLException;
    }

    boolean apart(Apart work) throws SQLException {
        makeRoomFor(1);
        try (Connection connection = source.getConnection()) {
            Greeting greeting = greetings.greet(connection, connection.unwrap(PGConnection.class));
            return work.with(connection, greeting.pooled());
        } catch (SQLException e) {
            connections.flushIfLost(e);
            throw e;
        } finally {
            makeRoomFor(-1);
        }
    }

    /** As {@link #read}, for what keeps a connection of its own, and waits no longer than {@link #CHECK}. */
    <T extends @Nullable Object> T check(
            String what, String sql, Statements.Binding binding, Statements.Reading<T> reading) {
        return run(what, Use.CHECK, Deadline.in(CHECK), reading(sql, binding, reading), errors::failed);
    }

    private Sessions sessions() {
        return check("The sessions cannot be read", Sessions.SQL, statement -> {}, Sessions::of);
    }

    /**
     * A statement that changes something.
     *
     * @return how many rows it says it changed; 0 if another transaction was quicker
     */
    long change(String what, String sql, Statements.Binding binding) {
        return run(
                what,
                Use.CHANGE,
                Deadline.ofCall(settings.requestTimeout()),
                errand -> connections.change(errand, connection -> Statements.changed(connection, sql, binding)),
                errors::uncertain);
    }

    /**
     * A statement that changes something, sent once for each binding without waiting in between.
     *
     * @return for each whether it says that it changed a row
     */
    List<Boolean> changeAll(String what, String sql, List<Statements.Binding> bindings) {
        return run(
                what,
                Use.CHANGE,
                Deadline.ofCall(settings.requestTimeout()),
                errand -> connections.change(errand, connection -> Statements.changedAll(connection, sql, bindings)),
                errors::unknown);
    }

    /** Changes in a transaction, however long they take. */
    void transaction(String what, Connections.OnConnection<@Nullable Void> changes) {
        Errand.Work<@Nullable Void> work = errand -> connections.change(errand, connection -> {
            Statements.transaction(connection, changes);
            return null;
        });
        run(what, Use.CHANGE, new Deadline(System.nanoTime() + Long.MAX_VALUE / 2), work, errors::uncertain);
    }

    /** What is known of statements that hang, for people; empty if none does. */
    String hanging() {
        return hanging.told();
    }

    private <T extends @Nullable Object> T run(
            String what,
            Use use,
            Deadline deadline,
            Errand.Work<T> work,
            BiFunction<String, SQLException, Unavailable> sent) {
        take(what, use, deadline);
        try {
            Errand<T> errand = new Errand<>(work, () -> shares.giveBack(use), null);
            Thread.ofVirtual().start(errand);
            if (use == Use.CHECK) {
                checking = errand;
            }
            if (!awaited(errand, use, deadline)) {
                errand.leave();
                throw errors.late(what, use, errand.sent(), hanging.told());
            }
            return result(errand, what, sent);
        } catch (InterruptedException e) {
            throw interrupted(what, use == Use.CHANGE, e);
        }
    }

    private void take(String what, Use use, Deadline deadline) {
        try {
            if (!shares.take(use, deadline.within(settings.connectTimeout()))) {
                giveUpLostCheck(use);
                throw errors.busy(what, use, shares, hanging.told());
            }
        } catch (InterruptedException e) {
            throw interrupted(what, false, e);
        }
    }

    private static Unavailable interrupted(String what, boolean sent, InterruptedException e) {
        Thread.currentThread().interrupt();
        String text = what + ": the wait for PostgreSQL was interrupted.";
        return sent ? Unavailable.outcomeUnknown(text, e) : new Unavailable(text, e);
    }

    private boolean awaited(Errand<?> errand, Use use, Deadline deadline) throws InterruptedException {
        if (errand.await(deadline.within(SLOW))) {
            return true;
        }
        if (use != Use.CHECK) {
            hanging.add(errand);
        }
        return errand.await(deadline);
    }

    private <T extends @Nullable Object> T result(
            Errand<T> errand, String what, BiFunction<String, SQLException, Unavailable> sent) {
        try {
            return errand.result();
        } catch (SQLException e) {
            throw errand.sent() ? sent.apply(what, e) : errors.failed(what, e);
        }
    }

    private void giveUpLostCheck(Use use) {
        Errand<?> before = checking;
        if (use == Use.CHECK && before != null && !before.over() && before.age() > CHECK_LOST) {
            before.cut();
        }
    }

    @Override
    public void close() {
        if (own) {
            source.close();
        }
    }
}
