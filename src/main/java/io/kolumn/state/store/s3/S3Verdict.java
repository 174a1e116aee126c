package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * That the store was seen breaking its promise: an object in the bucket, so that every replica and every start knows. It
 * stands until a person removes it, since a store that fails now and then would pass the next proof.
 */
final class S3Verdict {

    /** What became of a verdict when it was looked at. */
    enum Change {
        NONE,
        /** It was not known before. */
        FOUND,
        /** Somebody removed it. */
        LIFTED
    }

    private static final int LAYOUT = 1;
    private static final Logger LOG = Logger.getLogger(S3Verdict.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Settings settings;
    private volatile @Nullable String problem;

    /** Passed here, and not in the bucket yet. */
    private boolean unkept;

    S3Verdict(S3Bucket bucket, S3Layout layout, S3Settings settings) {
        this.bucket = bucket;
        this.layout = layout;
        this.settings = settings;
    }

    /** What is wrong and what to do; null if nothing is known to be. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Holds at once, also where the bucket cannot be told yet. */
    void pass(BrokenPromise broken, Instant now) {
        String text = "The store at " + settings.place() + " (bucket '" + settings.bucket() + "') was seen at " + now
                + " breaking its promise: it " + broken.what()
                + ". Two clients may have held one lock since. Repair or replace the store, and compare states"
                + " with the real resources. Then remove the object '"
                + layout.verdict() + "'. The store is probed again. allow_unsafe_locks=true serves it anyway.";
        synchronized (this) {
            problem = text;
            unkept = true;
        }
        keep(now, text);
    }

    private void keep(Instant now, String text) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("layout", String.valueOf(LAYOUT));
        members.put("place", settings.place());
        members.put("found", now.toString());
        members.put("problem", text);
        try {
            bucket.write(
                    "The verdict on the store was not stored",
                    layout.verdict(),
                    S3Bucket.Body.json(FlatJson.write(members)),
                    false);
            synchronized (this) {
                unkept = false;
            }
            bucket.remove("The earlier proof was not removed", layout.proof());
        } catch (Unavailable e) {
            LOG.warnf("%s Other replicas do not know it until that succeeds.", e.getMessage());
        }
    }

    /** Asks the bucket: one small GET. One that could not be kept is kept now. */
    Change look(String what, Instant now) {
        Optional<String> there = bucket.read(
                what,
                layout.verdict(),
                (answer, in) -> String.valueOf(FlatJson.read(in.readAllBytes()).getOrDefault("problem", unreadable())));
        String again;
        synchronized (this) {
            String known = problem;
            if (there.isPresent()) {
                unkept = false;
                problem = there.get();
                return known == null ? Change.FOUND : Change.NONE;
            }
            if (known == null) {
                return Change.NONE;
            }
            if (!unkept) {
                problem = null;
                return Change.LIFTED;
            }
            again = known;
        }
        keep(now, again);
        return Change.NONE;
    }

    private String unreadable() {
        return "The bucket holds a verdict on its store that cannot be read ('" + layout.verdict()
                + "'): the store broke its promise. Repair the store, then remove that object.";
    }
}
