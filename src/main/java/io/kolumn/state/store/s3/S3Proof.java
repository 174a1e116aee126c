package io.kolumn.state.store.s3;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateException.Unavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the store may be written to: AWS may; any other only after the {@link S3Probe} found nothing wrong, which is kept
 * in the bucket for a day. Nothing is asked before it must be known.
 */
final class S3Proof {

    private static final int LAYOUT = 1;
    private static final Duration KEPT = Duration.ofDays(1);

    /** How long those who come next are told the same, in nanoseconds: of a store that is away, and of one proven wrong. */
    private static final long AWAY = Duration.ofSeconds(1).toNanos();

    private static final long WRONG = Duration.ofMinutes(1).toNanos();

    private static final JsonFactory JSON = new JsonFactory();
    private static final Logger LOG = Logger.getLogger(S3Proof.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Settings settings;

    /** Whether writes may go on; what was found then is null or allowed. */
    private volatile boolean settled;

    /** What is wrong with the store, as far as it was found out. */
    private volatile S3Probe.@Nullable Finding wrong;

    /** Whether the store has answered at all: what it keeps of its promises is then found out soon. */
    private volatile boolean answered;

    private @Nullable Unavailable failure;
    private long until;

    S3Proof(S3Bucket bucket, S3Layout layout, S3Settings settings) {
        this.bucket = bucket;
        this.layout = layout;
        this.settings = settings;
        this.settled = settings.trusted();
    }

    /** @throws Unavailable if the store was proven wrong, or cannot be reached to be proven */
    void ensure() {
        if (!settled) {
            ensureOnce();
        }
    }

    boolean answered() {
        return answered;
    }

    /** What was proven wrong and is not allowed; empty if nothing was. */
    Optional<S3Probe.Finding> refused() {
        return settled ? Optional.empty() : Optional.ofNullable(wrong);
    }

    /** For people: whether conditional writes can be relied on, as far as that is known. */
    String conditionalWrites() {
        S3Probe.Finding found = wrong;
        if (found != null && found.conditionsHold()) {
            return "true";
        }
        if (found != null) {
            return settled ? "false, and allowed (allow_unsafe_locks=true)" : "false";
        }
        return settled ? "true" : "not known yet";
    }

    /** What is wrong although it is allowed; null if nothing is. */
    @Nullable
    String warning() {
        S3Probe.Finding found = wrong;
        return settled && found != null ? found.problem() : null;
    }

    /** One caller finds out; the others wait for it, and those who come a moment later are told the same. */
    private synchronized void ensureOnce() {
        if (settled) {
            return;
        }
        if (failure != null && System.nanoTime() - until < 0) {
            throw new Unavailable(String.valueOf(failure.getMessage()), failure);
        }
        try {
            settle();
            failure = null;
        } catch (Unavailable e) {
            failure = e;
            until = System.nanoTime() + (wrong == null ? AWAY : WRONG);
            throw e;
        }
    }

    private void settle() {
        wrong = null;
        boolean proven = provenBefore();
        answered = true;
        if (proven) {
            settled = true;
            return;
        }
        S3Probe.Finding found = new S3Probe(bucket, layout, settings).run();
        wrong = found.problem() == null ? null : found;
        if (wrong == null) {
            LOG.infof("Bucket '%s' at %s keeps conditional writes.", settings.bucket(), settings.place());
            keep(found.time());
        } else if (settings.allowUnsafeLocks()) {
            LOG.warnf("UNSAFE, and served nevertheless (allow_unsafe_locks=true): %s", found.problem());
        } else {
            throw new Unavailable("Nothing is written. " + found.problem(), null);
        }
        settled = true;
    }

    /** A result that cannot be read is none. */
    private boolean provenBefore() {
        return bucket.read("Whether the store can be used is not known", layout.proof(), (answer, in) -> {
                    Map<String, String> kept = members(in.readAllBytes());
                    Optional<Instant> now = S3Bucket.time(answer);
                    return now.isPresent() && told(kept) && recent(kept.get("proven"), now.get());
                })
                .orElse(false);
    }

    private boolean told(Map<String, String> kept) {
        return String.valueOf(LAYOUT).equals(kept.get("layout"))
                && settings.place().equals(kept.get("place"))
                && settings.encryption().equals(kept.get("encryption"));
    }

    private static boolean recent(@Nullable String proven, Instant now) {
        try {
            Instant then = Instant.parse(String.valueOf(proven));
            return then.isAfter(now.minus(KEPT)) && then.isBefore(now.plus(KEPT));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Map<String, String> members(byte[] json) {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, parser.getText());
                }
            }
            return members;
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Only a good result is kept, so that a store that was mended is tried again at once. */
    private void keep(@Nullable Instant now) {
        if (now == null) {
            return;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("layout", LAYOUT);
            json.writeStringField("place", settings.place());
            json.writeStringField("encryption", settings.encryption());
            json.writeStringField("proven", now.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        bucket.write(
                "The result of the probe was not kept", layout.proof(), S3Bucket.Body.json(out.toByteArray()), false);
    }
}
