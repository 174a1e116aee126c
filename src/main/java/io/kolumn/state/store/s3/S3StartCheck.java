package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Proves a store while the service starts, for a moment: one that is away must not keep it from starting. */
final class S3StartCheck {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Of a store that answers, and is far away or slow: it must be known whether it may be served. */
    private static final Duration SLOW_TIMEOUT = Duration.ofSeconds(25);

    private S3StartCheck() {}

    /** What is wrong with a store that is there; empty if nothing is, or it did not answer in time. */
    static Optional<S3Probe.Finding> prove(S3Conformance proof) {
        CompletableFuture<Void> proving = new CompletableFuture<>();
        Thread.ofVirtual().name("s3-proof").start(() -> {
            try {
                proof.ensure();
                proving.complete(null);
            } catch (Unavailable e) {
                proving.completeExceptionally(e);
            }
        });
        try {
            awaited(proving, proof);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return proof.refused();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void awaited(CompletableFuture<Void> proving, S3Conformance proof)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            proving.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (!proof.answered()) {
                throw e;
            }
            proving.get(SLOW_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
