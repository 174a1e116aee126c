package io.kolumn.state.cli;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Ctrl-C and SIGTERM. The application stops on them at once; before it closes its storage, the command that runs is told to
 * end and gets some time, so that it finishes what it is at and gives back the locks that it took.
 */
@Singleton
final class Interruption {

    private static final long TIMEOUT = 30;

    private final List<Runnable> whenRequested = new CopyOnWriteArrayList<>();
    private volatile boolean requested;
    private volatile CountDownLatch ended = new CountDownLatch(0);

    /** Whether a command should come to an end. */
    boolean requested() {
        return requested;
    }

    int during(IntSupplier command) {
        ended = new CountDownLatch(1);
        try {
            return command.getAsInt();
        } finally {
            ended.countDown();
        }
    }

    void request() {
        requested = true;
        whenRequested.forEach(Runnable::run);
    }

    /** Lets something be told as soon as a command should come to an end, such as who waits for a lock. */
    void whenRequested(Runnable action) {
        whenRequested.add(action);
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        request();
        ended.await(TIMEOUT, TimeUnit.SECONDS);
    }
}
