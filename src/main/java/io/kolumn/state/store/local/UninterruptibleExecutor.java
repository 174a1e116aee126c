package io.kolumn.state.store.local;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Threads of the store's own, which nobody interrupts; they end when they have had nothing to do for a minute. */
final class UninterruptibleExecutor implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("local-store-", 0).factory());

    /** Waits however often the caller is interrupted: what was begun has an end, and its outcome must be known. */
    <T> T run(Callable<T> work) throws IOException {
        Future<T> running;
        try {
            running = threads.submit(work);
        } catch (RejectedExecutionException e) {
            throw new IOException("the store is closed", e);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(Objects.requireNonNull(e.getCause()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrown(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(cause);
        };
    }

    /** Waits for what was begun. */
    @Override
    public void close() {
        threads.shutdown();
        awaitEnd(threads);
    }

    /** Waits however often the caller is interrupted; {@link ExecutorService#close} would hand an interrupt on. */
    static void awaitEnd(ExecutorService stopped) {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = stopped.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
