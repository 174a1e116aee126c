package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Finds out whether a store keeps what conditional writes promise, by making some. One after the other is not enough:
 * there are stores that refuse a second creation with 412 and still let several of those win that come at the same time.
 */
final class S3Probe {

    /**
     * How many objects two writers race for, first to create and then to replace each. A store that fails in one of 30
     * races of either kind passes 136 of them once in 100 times, and a sixth of the bodies may be too small to show it.
     */
    static final int PAIRS = 164;

    /** How many objects eight race for, at most. */
    static final int CROWDS = 4;

    /** How many pairs race at the same time: few where the store is near, since it is busy with them; more where it is far. */
    private static final int LANES_NEAR = 8;

    private static final int LANES_FAR = 24;
    private static final Duration NEAR = Duration.ofMillis(20);

    /** A store that has writers of one object wait for each other needs seconds for a crowd; any other is through before the pairs. */
    private static final Duration CROWD_TIMEOUT = Duration.ofMillis(100);

    private static final String IGNORED =
            "It ignores conditions of a PUT. Use a release that checks them, or another store (docs/s3.md).";

    private static final String RACED =
            "It checks a condition and writes in two steps. On Ceph or Swift, use a bucket without"
                    + " versioning. Otherwise use another release or store (docs/s3.md).";

    private static final String WHAT = "The store could not be probed";

    /**
     * What the probe came to.
     *
     * @param key of the configuration that the problem is about, without its prefix
     * @param problem what the store does not do, and what to do; null if nothing is wrong
     * @param conditionsHold whether conditional writes can be relied on, whatever else is wrong
     * @param time of the store
     */
    record Finding(
            String key,
            @Nullable String problem,
            boolean conditionsHold,
            @Nullable Instant time) {}

    private final S3Bucket bucket;
    private final S3Settings settings;
    private final S3Crowds crowds;
    private final S3Scratch scratch;
    private volatile @Nullable Thread cleaning;
    private @Nullable Instant time;
    private Duration roundTrip = Duration.ofDays(1);

    /** @param late told of a broken promise that was seen after nothing was found wrong */
    S3Probe(S3Bucket bucket, S3Layout layout, S3Settings settings, Consumer<BrokenPromise> late) {
        this.bucket = bucket;
        this.crowds = new S3Crowds(bucket, layout, CROWDS, late);
        this.scratch = new S3Scratch(bucket, layout);
        this.settings = settings;
    }

    /**
     * What it wrote is removed behind the answer.
     *
     * @throws Unavailable if the store cannot be reached, so that nothing is known
     */
    Finding run() {
        try {
            return found();
        } finally {
            cleaning = Thread.ofVirtual().name("s3-probe-cleaning").start(scratch::close);
        }
    }

    /** Waits until what it wrote is removed, or this time is over. */
    void cleaned(Duration timeout) {
        Thread running = cleaning;
        try {
            if (running != null) {
                running.join(timeout);
            }
            crowds.cleaned(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // who waits goes, and the objects stay
        }
    }

    /** Locks count for more than encryption: where both are wrong, the locks are named. */
    private Finding found() {
        @Nullable String encryption;
        try {
            encryption = encryption();
        } catch (Unavailable e) {
            if (!settings.encrypt() || !S3Errors.unsupported(e)) {
                throw e;
            }
            return new Finding(
                    "encrypt", encryptionMissing("rejected it: it does not know this encryption"), false, time);
        }
        String conditions = conditions();
        return conditions != null
                ? new Finding("endpoint", conditions, false, time)
                : new Finding("encrypt", encryption, true, time);
    }

    /** Null if nothing is wrong with them. */
    private @Nullable String conditions() {
        try {
            String ignored = oneByOne();
            if (ignored != null) {
                return advised(ignored, IGNORED);
            }
            new S3Races(bucket, scratch::newKey, PAIRS)
                    .run(roundTrip.compareTo(NEAR) < 0 ? LANES_NEAR : LANES_FAR, crowds, CROWD_TIMEOUT);
            return null;
        } catch (BrokenPromise e) {
            return advised(e.what(), RACED);
        } catch (Unavailable e) {
            if (S3Errors.unsupported(e)) {
                return advised("does not know conditional writes (If-None-Match, If-Match)", IGNORED);
            }
            throw e;
        }
    }

    private String encryptionMissing(String problem) {
        return "The store at " + settings.place() + " (bucket '" + settings.bucket() + "') was asked to encrypt ("
                + settings.encryption() + ") and " + problem
                + ". Set encrypt=false if the store or its disks encrypt by"
                + " themselves, or use another store.";
    }

    private String advised(String problem, String advice) {
        return "The store at " + settings.place() + " (bucket '" + settings.bucket() + "') " + problem
                + ": two clients could hold one lock, and writes could be lost. " + advice
                + " allow_unsafe_locks=true serves it anyway.";
    }

    private static S3Bucket.Body body(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return S3Bucket.Body.json(bytes);
    }

    private @Nullable String encryption() {
        PutObjectResponse answer = bucket.write(WHAT, scratch.newKey(), body("{}"), false);
        time = S3Bucket.time(answer).orElse(null);
        if (!settings.encrypt()) {
            return null;
        }
        String got = String.valueOf(answer.serverSideEncryptionAsString());
        boolean kept = settings.kmsKey() == null
                ? got.equals("AES256") || got.startsWith("aws:kms")
                : got.startsWith("aws:kms");
        return kept ? null : encryptionMissing("did not confirm it: its answer had no x-amz-server-side-encryption");
    }

    /** What a condition does where nobody else is there. */
    private @Nullable String oneByOne() {
        String key = scratch.newKey();
        if (writeIf(scratch.newKey(), "absent", "\"0123456789abcdef0123456789abcdef\"") != null) {
            return "replaces an object that does not exist (If-Match)";
        }
        String first = writeIf(key, "first", null);
        if (first == null) {
            return "refuses to create an object that does not exist (If-None-Match)";
        }
        if (writeIf(key, "second", null) != null) {
            return "creates an object that exists (If-None-Match)";
        }
        String second = writeIf(key, "second", first);
        if (second == null) {
            return "refuses to replace an object under its tag (If-Match)";
        }
        if (writeIf(key, "third", first) != null) {
            return "replaces an object that has changed (If-Match)";
        }
        return content(key).equals("second") ? null : "does not return the last write";
    }

    private @Nullable String writeIf(String key, String text, @Nullable String tag) {
        long start = System.nanoTime();
        PutObjectResponse answer = bucket.writeIf(WHAT, key, body(text), tag);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        roundTrip = took.compareTo(roundTrip) < 0 ? took : roundTrip;
        return answer == null ? null : String.valueOf(answer.eTag());
    }

    private String content(String key) {
        return bucket.read(WHAT, key, (answer, in) -> new String(in.readAllBytes(), StandardCharsets.UTF_8))
                .orElse("");
    }
}
