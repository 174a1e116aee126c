package io.kolumn.state.store.local;

import io.kolumn.state.StateName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Has the plain files of changed states refreshed behind the answer of the change: at once, but those of one state at
 * most once in a while, so that a burst of changes is shown by its last and costs a twentieth of the time at most. What
 * is due when the store closes is done then; what a crash leaves undone is mended when the folder is opened again.
 */
final class RefreshQueue implements AutoCloseable {

    /** Refreshes the plain files of a state, taking its lock. */
    interface Refresh {
        void run(StateName name) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(RefreshQueue.class);

    /** How many times longer than a refresh the time without one is, at least. */
    private static final int SHARE = 20;

    private final long pace;
    private final Consumer<StateName> atOnce;
    private final Refresh behind;
    private final Set<StateName> due = ConcurrentHashMap.newKeySet();
    private final Map<StateName, Long> notBefore = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("local-store-plain-files").factory());

    /**
     * @param pace zero to refresh within the change itself
     * @param atOnce refreshes under the lock of the state, which the caller has
     * @param behind takes the lock itself; runs on a thread that nobody interrupts
     */
    RefreshQueue(Duration pace, Consumer<StateName> atOnce, Refresh behind) {
        this.pace = pace.toNanos();
        this.atOnce = atOnce;
        this.behind = behind;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Called under the lock of the state. */
    void changed(StateName name) {
        if (pace == 0) {
            atOnce.accept(name);
        } else if (due.add(name)) {
            long now = System.nanoTime();
            long delay = Math.max(0, notBefore.getOrDefault(name, now) - now);
            try {
                var _ = thread.schedule(() -> refresh(name), delay, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debugf("The store closes. Its next start repairs the plain files of state '%s'.", name);
            }
        }
    }

    private void refresh(StateName name) {
        if (due.remove(name)) {
            long start = System.nanoTime();
            try {
                behind.run(name);
            } catch (IOException | RuntimeException e) {
                LOG.warnf(e, "The plain files of state '%s' could not be refreshed; the state itself is safe.", name);
            }
            long end = System.nanoTime();
            notBefore.put(name, end + Math.max(pace, SHARE * (end - start)));
        }
    }

    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(() -> due.forEach(this::refresh));
            thread.shutdown();
        }
        UninterruptibleExecutor.awaitEnd(thread);
    }
}
