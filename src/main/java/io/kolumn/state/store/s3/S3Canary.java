package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Races now and then while the store serves, for all that a proof at the start cannot see: a store that fails seldom, one
 * that was changed since, replicas whose gateways know nothing of each other. What it finds is an {@link S3Verdict}.
 */
final class S3Canary implements AutoCloseable {

    /** How many objects two of this replica race for in a round, to create and to replace. */
    static final int PAIRS = 24;

    private static final int LANES = 4;

    /** How old what was written to try the store out must be to be nobody's, by the time of the store. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private static final Logger LOG = Logger.getLogger(S3Canary.class);

    /** How a round ended. */
    enum Outcome {
        SOUND,
        BROKEN,
        UNKNOWN
    }

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Conformance proof;
    private final Duration interval;
    private final RoundTime time;
    private final Consumer<Outcome> ended;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * @param interval from one round to the next, the same for all replicas
     * @param ended told of each round
     */
    S3Canary(
            S3Bucket bucket,
            S3Layout layout,
            S3Conformance proof,
            Duration interval,
            RoundTime time,
            Consumer<Outcome> ended) {
        this.bucket = bucket;
        this.layout = layout;
        this.proof = proof;
        this.interval = interval;
        this.time = time;
        this.ended = ended;
    }

    /** Begins with the next round that all replicas have in common. */
    void start() {
        thread = Thread.ofVirtual().name("s3-canary").start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                Instant start = next(time.now());
                time.until(start);
                ended.accept(round(start));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the store is closed
        }
    }

    /** The first round after this moment. */
    Instant next(Instant now) {
        long length = interval.toSeconds();
        return Instant.ofEpochSecond(now.getEpochSecond() - Math.floorMod(now.getEpochSecond(), length) + length);
    }

    /** One round. What goes wrong in it is logged, and left to the next. */
    Outcome round(Instant start) throws InterruptedException {
        try {
            proof.look("The canary could not check");
            if (!proof.holds()) {
                return Outcome.UNKNOWN;
            }
            new S3CommonRace(bucket, layout.canary(start), time).run(start.plus(S3CommonRace.LAP));
            pairs();
            proof.look("The canary could not check");
            removeAbandoned();
            return Outcome.SOUND;
        } catch (BrokenPromise e) {
            proof.condemn(e, time.now());
            return Outcome.BROKEN;
        } catch (Unavailable e) {
            if (!closed) {
                LOG.infof("The canary had no result. %s", e.getMessage());
            }
            return Outcome.UNKNOWN;
        } catch (RuntimeException | OutOfMemoryError e) {
            if (!closed) {
                LOG.error("The canary failed and continues with the next round.", e);
            }
            return Outcome.UNKNOWN;
        }
    }

    private void pairs() throws BrokenPromise {
        try (S3Scratch scratch = new S3Scratch(bucket, layout)) {
            new S3Races(bucket, scratch::newKey, PAIRS).run(LANES);
        }
    }

    /** What earlier rounds raced for, and what a probe left behind that was cut short. What fails is left to the next round. */
    private void removeAbandoned() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.MIN);
        try {
            List<S3Object> probes = bucket.listAll("Old probes cannot be listed", layout.probes(), now::set);
            Instant limit =
                    now.get().equals(Instant.MIN) ? Instant.MIN : now.get().minus(ABANDONED);
            probes.stream()
                    .filter(object -> object.lastModified().isBefore(limit))
                    .forEach(object -> bucket.remove("An old probe was not removed", object.key()));
        } catch (Unavailable e) {
            LOG.debugf("%s", e.getMessage());
        }
    }

    /** Whether it has ended, or does within this time. */
    boolean ended(Duration timeout) throws InterruptedException {
        Thread running = thread;
        return running == null || running.join(timeout);
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
