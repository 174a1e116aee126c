package io.kolumn.state.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Work with a connection, on a thread of its own: who waits for it can leave, and it goes on until the server has answered.
 * So nothing is cancelled, which could make a change visible that is on no standby, and the session that hangs at the
 * server still counts as one, since its connection stays in use.
 */
final class Errand<T extends @Nullable Object> implements Runnable {

    /** What is to be done. */
    interface Work<T extends @Nullable Object> {
        T with(Errand<T> errand) throws SQLException;
    }

    private enum Phase {
        BEGUN,
        /** A change is on its way to the server, or was. */
        SENT,
        /** Nobody waits for it any more, and no change was sent. */
        LEFT
    }

    private final Work<T> work;
    private final Runnable ended;
    private final long start = System.nanoTime();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BEGUN);
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T result;
    private @Nullable Throwable failure;
    private volatile @Nullable PGConnection connection;
    private final @Nullable Deadline here;
    private @Nullable Greeting greeting;

    /**
     * @param ended is told when it is over, whoever waits for it or not
     * @param here by when it has to be over, if it is done on the thread of who waits for it
     */
    Errand(Work<T> work, Runnable ended, @Nullable Deadline here) {
        this.work = work;
        this.ended = ended;
        this.here = here;
    }

    /** Does it on this thread. */
    T here() throws SQLException {
        return work.with(this);
    }

    /** How long its connection waits for bytes, in milliseconds; 0 for any time. Nearly all of the limit is all of it. */
    int timeout(Duration limit) {
        if (here == null) {
            return 0;
        }
        long rest = Math.max(1, TimeUnit.NANOSECONDS.toMillis(here.remaining()));
        return (int) Math.min(rest > limit.toMillis() * 9 / 10 ? limit.toMillis() : rest, Integer.MAX_VALUE);
    }

    void greeted(Greeting now) {
        greeting = now;
    }

    /** Of the connection that it used last. */
    @Nullable
    Greeting greeting() {
        return greeting;
    }

    @Override
    public void run() {
        try {
            result = work.with(this);
        } catch (Throwable e) {
            failure = e;
        } finally {
            connection = null;
            ended.run();
            done.countDown();
        }
    }

    /** Whether it was over before the deadline. */
    boolean await(Deadline deadline) throws InterruptedException {
        return done.getCount() == 0 || done.await(deadline.remaining(), TimeUnit.NANOSECONDS);
    }

    /** What came of it, when it is over. */
    @SuppressWarnings("NullAway") // null only where T may be
    T result() throws SQLException {
        switch (failure) {
            case null -> {}
            case SQLException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
        return result;
    }

    /** A change goes out now. Fails if who wanted it was told already that it did not happen. */
    void send() throws SQLException {
        if (!phase.compareAndSet(Phase.BEGUN, Phase.SENT) && phase.get() == Phase.LEFT) {
            throw new SQLException("Its caller no longer waits for it.");
        }
    }

    /** Whether a change may have gone out. */
    boolean sent() {
        return phase.get() == Phase.SENT;
    }

    /** Nobody waits any more; nothing is sent that was not sent before. */
    void leave() {
        phase.compareAndSet(Phase.BEGUN, Phase.LEFT);
    }

    boolean left() {
        return phase.get() == Phase.LEFT;
    }

    void uses(PGConnection now) {
        connection = now;
    }

    /** What it waits at, if it waits for the server. */
    @Nullable
    PGConnection connection() {
        return connection;
    }

    /** In nanoseconds. */
    long age() {
        return System.nanoTime() - start;
    }

    boolean over() {
        return done.getCount() == 0;
    }

    /** Closes the connection without a word to the server: whoever reads from it fails. */
    void cut() {
        if (connection instanceof Connection there) {
            try {
                there.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException("The driver always aborts", e);
            }
        }
    }
}
