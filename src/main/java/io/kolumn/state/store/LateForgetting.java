package io.kolumn.state.store;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drops contents that no head keeps behind the answer, for a storage where each takes a request of its own. The commit that
 * stopped keeping them is durable by then, so that a crash leaves orphans and nothing worse. Seen through this store a
 * content is gone when {@link #forget} returns.
 */
public final class LateForgetting implements StateStore {

    /** As many go at the same time; whoever drops one more does so himself. */
    private static final int MOST = 16;

    /** How long closing waits for what is under way. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(LateForgetting.class);

    private record Key(StateName name, long number, String id) {
        static Key of(StateName name, StateVersion version) {
            return new Key(name, version.number(), version.id());
        }
    }

    private final StateStore store;
    private final Semaphore places = new Semaphore(MOST);
    private final Map<Key, Thread> going = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Closes the store when it is closed. */
    public LateForgetting(StateStore store) {
        this.store = store;
    }

    /** Only for versions; what was set aside goes before this returns, since its id may be used again. */
    @Override
    public void forget(StateName name, StateVersion version) {
        if (version.number() == 0 || closed || !places.tryAcquire()) {
            store.forget(name, version);
            return;
        }
        Key key = Key.of(name, version);
        Thread thread = Thread.ofVirtual().name("forget").unstarted(() -> drop(key, version));
        if (going.putIfAbsent(key, thread) == null) {
            thread.start();
        } else {
            places.release();
        }
    }

    private void drop(Key key, StateVersion version) {
        try {
            store.forget(key.name(), version);
        } catch (Unavailable e) {
            LOG.warnf(
                    e,
                    "Version %d of state '%s' is no longer kept, and its content (id %s) could not be dropped; a sweep will.",
                    version.number(),
                    key.name(),
                    version.id());
        } finally {
            going.remove(key);
            places.release();
        }
    }

    /** A version that was brought back, as by a migration that is run again, must not be dropped after it was written. */
    @Override
    public boolean commit(Transition transition) {
        StateVersion version = transition.version();
        if (version != null && transition.content() != null) {
            await(going.get(Key.of(transition.name(), version)), PATIENCE);
        }
        return store.commit(transition);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return going.containsKey(Key.of(name, version)) ? Optional.empty() : store.content(name, version);
    }

    @Override
    public List<String> orphans(StateName name) {
        awaitAllOf(name);
        return store.orphans(name);
    }

    @Override
    public int sweep(StateName name, Duration age) {
        awaitAllOf(name);
        return store.sweep(name, age);
    }

    private void awaitAllOf(StateName name) {
        going.forEach((key, thread) -> {
            if (key.name().equals(name)) {
                await(thread, PATIENCE);
            }
        });
    }

    private static void await(@Nullable Thread thread, Duration patience) {
        try {
            if (thread != null && !thread.join(patience)) {
                throw new Unavailable("A content that is being dropped is not gone yet; try again.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("Interrupted while a content was being dropped; nothing was changed.", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Thread thread : going.values()) {
                thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            store.close();
        }
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return store.head(name);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return store.recent(name);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return store.list(query);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return store.history(name, before, limit);
    }

    @Override
    public void setAside(StateName name, StateVersion record, StateDocument document) {
        store.setAside(name, record, document);
    }

    @Override
    public List<StateVersion> aside(StateName name) {
        return store.aside(name);
    }

    @Override
    public StoreCheck check() {
        return store.check();
    }
}
