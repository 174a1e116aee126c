package io.kolumn.state.store.postgres;

import io.kolumn.state.StateException.Unavailable;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Errands that take long. While there are any, the server is asked once a second what its sessions wait for, so that people
 * are told; and those whose answer will never come are cut, so that they keep no connection.
 */
final class Hanging {

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** A session may have nothing to do because a large document is still on its way to it, or the answer from it. */
    private static final long ON_ITS_WAY = TimeUnit.MINUTES.toNanos(5);

    private static final Logger LOG = Logger.getLogger(Hanging.class);

    private final Supplier<Sessions> ask;
    private final Function<PGConnection, @Nullable Greeting> greetings;
    private final Set<Errand<?>> slow = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();
    private volatile @Nullable Sessions seen;
    private volatile boolean silent;
    private Set<Errand<?>> suspects = Set.of();

    /** Sessions that were left with what they do, and what is to be done when they are gone. */
    private final Map<Greeting, Runnable> left = new ConcurrentHashMap<>();

    /**
     * @param ask the server for its sessions; fails if there is no answer soon
     * @param greetings what the server said when a connection was new
     */
    Hanging(Supplier<Sessions> ask, Function<PGConnection, @Nullable Greeting> greetings) {
        this.ask = ask;
        this.greetings = greetings;
    }

    /** One more that takes long. */
    void add(Errand<?> errand) {
        slow.add(errand);
        watchIfNeeded();
    }

    /** A session that goes on, perhaps, although its connection was closed. */
    void left(Greeting session, Runnable gone) {
        left.put(session, gone);
        watchIfNeeded();
    }

    private void watchIfNeeded() {
        if (count() > 0 && watching.compareAndSet(false, true)) {
            Thread.ofVirtual().name("postgres-hanging").start(this::watch);
        }
    }

    private void watch() {
        while (count() > 0) {
            look();
            LockSupport.parkNanos(PAUSE);
        }
        seen = null;
        silent = false;
        watching.set(false);
        watchIfNeeded();
    }

    private long count() {
        slow.removeIf(Errand::over);
        return (long) slow.size() + left.size();
    }

    private void look() {
        try {
            Sessions now = ask.get();
            seen = now;
            silent = false;
            cutLost(now);
            left.keySet().stream().filter(now::gone).toList().forEach(session -> {
                Runnable gone = left.remove(session);
                if (gone != null) {
                    gone.run();
                }
            });
        } catch (Unavailable e) {
            seen = null;
            silent = true;
        }
    }

    /** What is not answered at two looks, although nobody works on it. */
    private void cutLost(Sessions now) {
        Set<Errand<?>> lost = new HashSet<>();
        for (Errand<?> errand : slow) {
            PGConnection connection = errand.connection();
            Greeting greeting = connection == null ? null : greetings.apply(connection);
            if (greeting != null && lost(now, greeting, errand)) {
                lost.add(errand);
                if (suspects.contains(errand)) {
                    LOG.warn("A statement was abandoned: its session at PostgreSQL is gone.");
                    errand.cut();
                }
            }
        }
        suspects = lost;
    }

    private static boolean lost(Sessions now, Greeting greeting, Errand<?> errand) {
        return now.gone(greeting) || (errand.age() > ON_ITS_WAY && now.idle(greeting));
    }

    /** What is known of those that hang, for people; empty if none does. */
    String told() {
        long count = count();
        if (count == 0) {
            return "";
        }
        Sessions now = seen;
        String text = count == 1 ? "1 statement hangs there" : count + " statements hang there";
        if (now == null) {
            return silent ? text + ", and it does not answer new queries (it may be frozen)" : text;
        }
        if (now.forStandby() > 0) {
            text += ", " + now.forStandby()
                    + " waiting for the synchronous standby (it may be down; see synchronous_standby_names)";
        }
        if (now.forLocks() > 0) {
            text += ", " + now.forLocks() + " waiting for a lock of another session";
        }
        return text;
    }
}
