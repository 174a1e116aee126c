package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Races of {@link #SIZE} writers for one object, one race after the other, beside the pairs of {@link S3Races}. A store may
 * have writers of one object wait for each other for seconds: such a race goes on when the pairs have ended.
 */
final class S3Crowds {

    static final int SIZE = 8;

    private static final Logger LOG = Logger.getLogger(S3Crowds.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final int crowds;
    private final Consumer<BrokenPromise> late;
    private final CompletableFuture<Void> through = new CompletableFuture<>();
    private volatile boolean ended;
    private volatile @Nullable Thread thread;

    /**
     * @param crowds how many objects are raced for, at most: no more begin after {@link #end}
     * @param late told of a promise that was broken after {@link #end}
     */
    S3Crowds(S3Bucket bucket, S3Layout layout, int crowds, Consumer<BrokenPromise> late) {
        this.bucket = bucket;
        this.layout = layout;
        this.crowds = crowds;
        this.late = late;
    }

    /** @param failed told when a race has failed */
    void start(Runnable failed) {
        thread = Thread.ofVirtual().name("s3-crowds").start(() -> run(failed));
    }

    private void run(Runnable failed) {
        try (S3Scratch scratch = new S3Scratch(bucket, layout)) {
            race(scratch, failed);
        } catch (BrokenPromise | RuntimeException e) {
            through.completeExceptionally(e);
        }
        through.complete(null);
    }

    private void race(S3Scratch scratch, Runnable failed) throws BrokenPromise {
        try {
            for (int crowd = 0; crowd < crowds && (crowd == 0 || !ended); crowd++) {
                S3Races.run(bucket, scratch::newKey, SIZE, crowd);
            }
        } catch (BrokenPromise | RuntimeException e) {
            failed.run();
            throw e;
        }
    }

    /**
     * The pairs have ended.
     *
     * @param sound whether they show nothing wrong; otherwise it does not matter what a crowd finds
     * @param timeout how long the race that is being run is waited for
     * @throws BrokenPromise if a crowd has seen that
     * @throws Unavailable if a crowd could not race
     */
    void end(boolean sound, Duration timeout) throws BrokenPromise {
        ended = true;
        try {
            through.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debugf("%d writers of one object wait for each other. The probe does not wait for them.", SIZE);
            if (sound) {
                CompletableFuture<Void> _ = through.whenComplete((nothing, failure) -> tell(failure));
            }
        } catch (ExecutionException e) {
            if (sound) {
                throw failure(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("The store could not be probed: interrupted.", e);
        }
    }

    /** Waits until what it wrote is removed, or this time is over. */
    void cleaned(Duration timeout) throws InterruptedException {
        Thread racing = thread;
        if (racing != null) {
            racing.join(timeout);
        }
    }

    private void tell(@Nullable Throwable failure) {
        if (failure instanceof BrokenPromise broken) {
            late.accept(broken);
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) throws BrokenPromise {
        return switch (cause) {
            case BrokenPromise broken -> throw broken;
            case Unavailable away -> away;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
