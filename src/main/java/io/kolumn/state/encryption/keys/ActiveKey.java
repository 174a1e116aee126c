package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The id of the key that wraps now, of a service that can make another one active: asked for again each minute, by one
 * thread. While the service does not say it, the id of before goes on.
 */
final class ActiveKey {

    private static final Logger LOG = Logger.getLogger(ActiveKey.class);

    /** How long another key may go unnoticed. */
    private static final Duration FRESH = Duration.ofMinutes(1);

    private record Known(String id, Instant until) {}

    private final Supplier<String> service;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Known known;

    /** @param service asks for the id, or throws {@link Unavailable}; not called yet */
    ActiveKey(Supplier<String> service, Clock clock) {
        this.service = service;
        this.clock = clock;
    }

    /** @throws Unavailable if it was never said */
    String id() {
        Known before = known;
        if (before != null && (clock.instant().isBefore(before.until()) || !asking.tryLock())) {
            return before.id();
        }
        if (before == null) {
            asking.lock();
        }
        try {
            return asked();
        } finally {
            asking.unlock();
        }
    }

    /** Looks once more: another thread may have asked meanwhile. */
    private String asked() {
        Known before = known;
        Instant now = clock.instant();
        if (before != null && now.isBefore(before.until())) {
            return before.id();
        }
        String id;
        try {
            id = service.get();
        } catch (Unavailable e) {
            if (before == null) {
                throw e;
            }
            LOG.warnf("The active key cannot be determined now; keeping %s: %s", before.id(), e.getMessage());
            id = before.id();
        }
        known = new Known(id, now.plus(FRESH));
        return id;
    }
}
