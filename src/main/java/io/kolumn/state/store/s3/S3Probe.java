package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Finds out whether a store keeps what conditional writes promise, by making some. One after the other is not enough:
 * there are stores that refuse a second creation with 412 and still let several of those win that come at the same time.
 */
final class S3Probe {

    static final int RACERS = 8;
    static final int ROUNDS = 4;

    /** How often a round is run again whose answers do not tell, because one of them was lost. */
    private static final int INCONCLUSIVE = 3;

    private static final String WHAT = "The store could not be tried out";
    private static final Logger LOG = Logger.getLogger(S3Probe.class);

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
    private final S3Layout layout;
    private final S3Settings settings;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private @Nullable Instant time;

    S3Probe(S3Bucket bucket, S3Layout layout, S3Settings settings) {
        this.bucket = bucket;
        this.layout = layout;
        this.settings = settings;
    }

    /** @throws Unavailable if the store cannot be reached, so that nothing is known */
    Finding run() {
        try {
            return found();
        } finally {
            cleanUp();
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
            return new Finding("encrypt", encryptionMissing("refused that: it knows no such encryption"), false, time);
        }
        String conditions = conditions();
        return conditions != null
                ? new Finding("endpoint", advised(conditions), false, time)
                : new Finding("encrypt", encryption, true, time);
    }

    private @Nullable String conditions() {
        try {
            return Optional.ofNullable(oneByOne())
                    .or(() -> Optional.ofNullable(creations()))
                    .or(() -> Optional.ofNullable(replacements()))
                    .orElse(null);
        } catch (Unavailable e) {
            if (S3Errors.unsupported(e)) {
                return "knows no conditional writes (If-None-Match, If-Match)";
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

    private String advised(String problem) {
        return "The store at " + settings.place() + " (bucket '" + settings.bucket() + "') " + problem
                + ": two could hold one lock, and writes could be lost. Use a bucket without versioning if this is Ceph or"
                + " Swift, a newer release of the store or another store; allow_unsafe_locks=true serves it as it is.";
    }

    private String newKey() {
        String key = layout.probe(UUID.randomUUID().toString());
        used.add(key);
        return key;
    }

    private static S3Bucket.Body body(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return S3Bucket.Body.json(bytes);
    }

    private @Nullable String encryption() {
        PutObjectResponse answer = bucket.write(WHAT, newKey(), body("{}"), false);
        time = S3Bucket.time(answer).orElse(null);
        if (!settings.encrypt()) {
            return null;
        }
        String got = String.valueOf(answer.serverSideEncryptionAsString());
        boolean kept = settings.kmsKey() == null
                ? got.equals("AES256") || got.startsWith("aws:kms")
                : got.startsWith("aws:kms");
        return kept
                ? null
                : encryptionMissing(
                        "did not say that it does: its answer had no x-amz-server-side-encryption for that");
    }

    /** What a condition does where nobody else is there. */
    private @Nullable String oneByOne() {
        String key = newKey();
        if (writeIf(newKey(), "absent", "\"0123456789abcdef0123456789abcdef\"") != null) {
            return "replaces an object that is not there (If-Match)";
        }
        String first = writeIf(key, "first", null);
        if (first == null) {
            return "refuses to create an object that is not there (If-None-Match)";
        }
        if (writeIf(key, "second", null) != null) {
            return "creates an object that is there (If-None-Match)";
        }
        String second = writeIf(key, "second", first);
        if (second == null) {
            return "refuses to replace an object under its tag (If-Match)";
        }
        if (writeIf(key, "third", first) != null) {
            return "replaces an object that has changed (If-Match)";
        }
        return content(key).equals("second") ? null : "does not show what was written last";
    }

    private @Nullable String writeIf(String key, String text, @Nullable String tag) {
        PutObjectResponse answer = bucket.writeIf(WHAT, key, body(text), tag);
        return answer == null ? null : String.valueOf(answer.eTag());
    }

    private String content(String key) {
        return bucket.read(WHAT, key, (answer, in) -> new String(in.readAllBytes(), StandardCharsets.UTF_8))
                .orElse("");
    }

    private @Nullable String creations() {
        for (int round = 0; round < ROUNDS; round++) {
            String problem = race(newKey(), null);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private @Nullable String replacements() {
        String key = newKey();
        writeIf(key, "start", null);
        for (int round = 0; round < ROUNDS; round++) {
            String tag = bucket.read(WHAT, key, (answer, in) -> String.valueOf(answer.eTag()))
                    .orElseThrow(() -> new Unavailable(WHAT + ": what it wrote is gone.", null));
            String problem = race(key, tag);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    /** All write at one moment under the same condition: exactly one may succeed, and what it wrote is then there. */
    private @Nullable String race(String key, @Nullable String tag) {
        String at = key;
        String from = tag;
        for (int attempt = 0; attempt < INCONCLUSIVE; attempt++) {
            List<String> texts = texts();
            List<@Nullable Boolean> won = raced(at, from, texts);
            if (won.stream().allMatch(Objects::nonNull)) {
                return judged(at, texts, won, tag == null);
            }
            if (tag == null) {
                at = newKey();
            } else {
                from = bucket.read(WHAT, at, (answer, in) -> String.valueOf(answer.eTag()))
                        .orElse(from);
            }
        }
        throw new Unavailable(WHAT + ": answers were lost again and again.", null);
    }

    /** Never the same twice: a tag is made of the bytes alone, and would hold again. */
    private static List<String> texts() {
        String round = UUID.randomUUID().toString();
        return IntStream.range(0, RACERS)
                .mapToObj(racer -> "racer " + racer + " of " + round)
                .toList();
    }

    private @Nullable String judged(String key, List<String> texts, List<@Nullable Boolean> won, boolean creation) {
        String condition = creation ? "create one object (If-None-Match)" : "replace one object (If-Match)";
        long winners = won.stream().filter(Boolean.TRUE::equals).count();
        if (winners != 1) {
            return "lets " + winners + " of " + RACERS + " writers that come at the same time " + condition;
        }
        return content(key).equals(texts.get(won.indexOf(true)))
                ? null
                : "does not show what the one of " + RACERS + " writers wrote that could " + condition;
    }

    /** For each whether it succeeded; null if its answer was lost. */
    private List<@Nullable Boolean> raced(String key, @Nullable String tag, List<String> texts) {
        CyclicBarrier start = new CyclicBarrier(RACERS);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Boolean>> running = new ArrayList<>();
            for (String text : texts) {
                running.add(threads.submit(() -> attempt(start, key, text, tag)));
            }
            List<@Nullable Boolean> won = new ArrayList<>();
            for (Future<@Nullable Boolean> one : running) {
                won.add(one.get());
            }
            return won;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unavailable away) {
                throw away;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(WHAT + ": it was interrupted.", e);
        }
    }

    private @Nullable Boolean attempt(CyclicBarrier start, String key, String text, @Nullable String tag)
            throws InterruptedException, BrokenBarrierException {
        start.await();
        try {
            return writeIf(key, text, tag) != null;
        } catch (Unavailable e) {
            if (e.outcomeUnknown()) {
                return null;
            }
            throw e;
        }
    }

    private void cleanUp() {
        for (String key : used) {
            try {
                bucket.remove("An object of the probe was not removed", key);
            } catch (Unavailable e) {
                LOG.debugf(e, "%s stays behind.", key);
            }
        }
    }
}
