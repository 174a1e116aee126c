package io.kolumn.state.store;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drops contents that no head keeps behind the answer, for a storage where each takes a request of its own. The commit that
 * stopped keeping them is durable by then, so that a crash leaves orphans and nothing worse. Seen through this store a
 * content is gone when {@link #deleteContent} returns.
 */
public final class AsyncDeletingStore extends ForwardingStore {

    /** As many go at the same time; whoever drops one more does so himself. */
    private static final int MAX_PARALLEL = 16;

    /** How long closing waits for what is under way. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(AsyncDeletingStore.class);

    private record Key(StateName name, long number, String id) {
        static Key of(StateName name, StateVersion version) {
            return new Key(name, version.number(), version.id());
        }
    }

    private final Semaphore places = new Semaphore(MAX_PARALLEL);
    private final Map<Key, CountDownLatch> going = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Closes the store when it is closed. */
    public AsyncDeletingStore(StateStore store) {
        super(store);
    }

    /** Only for versions; the quarantine goes before this returns, since its id may be used again. */
    @Override
    public void deleteContent(StateName name, StateVersion version) {
        if (version.number() == 0 || closed || !places.tryAcquire()) {
            super.deleteContent(name, version);
            return;
        }
        Key key = Key.of(name, version);
        CountDownLatch gone = new CountDownLatch(1);
        if (going.putIfAbsent(key, gone) == null) {
            Thread.ofVirtual().name("forget").start(() -> drop(key, version, gone));
        } else {
            places.release();
        }
    }

    private void drop(Key key, StateVersion version, CountDownLatch gone) {
        try {
            super.deleteContent(key.name(), version);
        } catch (Unavailable e) {
            LOG.warnf(
                    e,
                    "Version %d of state '%s' is no longer kept, but its content (id %s) could not be deleted. A sweep will delete it.",
                    version.number(),
                    key.name(),
                    version.id());
        } finally {
            going.remove(key);
            gone.countDown();
            places.release();
        }
    }

    /** A version that was brought back, as by a migration that is run again, must not be dropped after it was written. */
    @Override
    public boolean commit(Transition transition) {
        StateVersion version = transition.version();
        if (version != null && transition.content() != null) {
            Key key = Key.of(transition.name(), version);
            await(key, going.get(key));
        }
        return super.commit(transition);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return going.containsKey(Key.of(name, version)) ? Optional.empty() : super.content(name, version);
    }

    @Override
    public List<String> orphans(StateName name) {
        awaitAllOf(name);
        return super.orphans(name);
    }

    @Override
    public int sweep(StateName name, Duration age) {
        awaitAllOf(name);
        return super.sweep(name, age);
    }

    @Override
    public void clear(StateName name, long versions) {
        awaitAllOf(name);
        super.clear(name, versions);
    }

    private void awaitAllOf(StateName name) {
        going.forEach((key, gone) -> {
            if (key.name().equals(name)) {
                await(key, gone);
            }
        });
    }

    private static void await(Key key, @Nullable CountDownLatch gone) {
        String what =
                "Version " + key.number() + " of state '" + key.name() + "' (id " + key.id() + ") is being deleted";
        try {
            if (gone != null && !gone.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Unavailable(what + " and still exists. Try again.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(what + ". The wait was interrupted. Nothing was changed.", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try {
            for (CountDownLatch gone : going.values()) {
                if (!gone.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.warn(
                            "Some contents that are no longer kept were not deleted before the store was closed. A sweep"
                                    + " will delete them.");
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            super.close();
        }
    }
}
