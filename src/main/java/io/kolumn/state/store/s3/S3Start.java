package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** Proves a store while the service starts, for a moment: one that is away must not keep it from starting. */
final class S3Start {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(S3Start.class);

    private S3Start() {}

    /** What is wrong with a store that is there; empty if nothing is, or it did not answer in time. */
    static Optional<S3Probe.Finding> prove(S3Proof proof) {
        CompletableFuture<Void> proving = new CompletableFuture<>();
        Thread.ofVirtual().name("s3-proof").start(() -> {
            try {
                proof.ensure();
                proving.complete(null);
            } catch (Unavailable e) {
                LOG.warnf("%s", e.getMessage());
                proving.completeExceptionally(e);
            }
        });
        try {
            proving.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            LOG.warn("The store did not answer in time. It is tried out when it does, and not written to before.");
            return Optional.empty();
        } catch (ExecutionException e) {
            return proof.refused();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
