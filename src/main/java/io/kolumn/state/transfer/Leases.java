package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Renews the leases of the states that are under way, however long one takes. */
final class Leases implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Leases.class);

    private final StateBackend backend;
    private final String id;
    private final Duration length;
    private final Set<StateName> held = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("leases").factory());

    Leases(StateBackend backend, String id, Duration length) {
        this.backend = backend;
        this.id = id;
        this.length = length;
        long every = length.toMillis() / 4;
        Future<?> _ =
                timer.scheduleWithFixedDelay(() -> held.forEach(this::renew), every, every, TimeUnit.MILLISECONDS);
    }

    void add(StateName name) {
        held.add(name);
    }

    /** Whether it was there. */
    boolean remove(StateName name) {
        return held.remove(name);
    }

    /** What is lost is found out when the state is unlocked, or by the next copy. */
    private void renew(StateName name) {
        try {
            backend.renew(name, id, length);
        } catch (StateException e) {
            if (held.contains(name)) {
                LOG.warnf("The lease of state '%s' could not be renewed: %s", name, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
