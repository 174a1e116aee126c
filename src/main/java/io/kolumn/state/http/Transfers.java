package io.kolumn.state.http;

import io.kolumn.state.server.ServiceConfig;
import io.quarkus.logging.Log;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Looks at all transfers some times in a second, until their requests have ended. */
@Singleton
final class Transfers {

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Set<Transfer> all = ConcurrentHashMap.newKeySet();
    private final long timeout;
    private volatile @Nullable Thread watch;

    Transfers(ServiceConfig config) {
        this.timeout = config.bodyTimeout().toNanos();
    }

    void watch(Transfer transfer) {
        all.add(transfer);
        transfer.held().untilTheEnd(() -> all.remove(transfer));
        if (watch == null) {
            start();
        }
    }

    int count() {
        return all.size();
    }

    private synchronized void start() {
        if (watch == null) {
            watch = Thread.ofVirtual().name("transfers").start(this::look);
        }
    }

    private void look() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                long now = System.nanoTime();
                all.forEach(transfer -> look(transfer, now));
            }
        } catch (InterruptedException e) {
            // the service ends
        }
    }

    /** What goes wrong with one does not keep the others from being looked at. */
    private void look(Transfer transfer, long now) {
        try {
            transfer.look(now, timeout);
        } catch (RuntimeException | OutOfMemoryError e) {
            all.remove(transfer);
            Log.error("A transfer could not be checked", e);
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (watch != null) {
            watch.interrupt();
        }
    }
}
