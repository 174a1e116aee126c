package io.kolumn.state.server;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.StateBackend;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Checks the served backend, at most {@link #TIMEOUT} long; calls at the same time share one check. */
@Singleton
public final class BackendProbe {

    private static final Logger LOG = Logger.getLogger(BackendProbe.class);

    public static final Duration TIMEOUT = Duration.ofSeconds(2);

    /**
     * What a check came to.
     *
     * @param check what the store said, or that it did not answer in time
     * @param latency how long this caller waited for it
     * @param late whether it did not answer in time
     */
    public record Result(StoreCheck check, Duration latency, boolean late) {}

    private final StateBackend backend;
    private final Executor threads =
            task -> Thread.ofVirtual().name("backend-probe").start(task);
    private @Nullable CompletableFuture<StoreCheck> running;

    BackendProbe(StateBackend backend) {
        this.backend = backend;
    }

    public Result probe() {
        long start = System.nanoTime();
        CompletableFuture<StoreCheck> asked = shared();
        StoreCheck check = awaited(asked);
        return new Result(check, Duration.ofNanos(System.nanoTime() - start), !asked.isDone());
    }

    private synchronized CompletableFuture<StoreCheck> shared() {
        if (running == null || running.isDone()) {
            running = CompletableFuture.supplyAsync(backend::check, threads);
        }
        return running;
    }

    private static StoreCheck awaited(CompletableFuture<StoreCheck> running) {
        try {
            return running.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return failed("The storage did not answer within " + TIMEOUT.toSeconds() + " s.");
        } catch (ExecutionException e) {
            LOG.error("The check of the storage failed", e.getCause());
            return failed("The check of the storage failed. The log of the service has the reason.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("The check of the storage was interrupted.");
        }
    }

    private static StoreCheck failed(String problem) {
        return new StoreCheck(false, false, Map.of(), problem);
    }
}
