package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StoreCheck;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether the bucket can be read and written now: a small GET each time, and a small PUT at most once in a while. */
final class S3Check {

    /** In nanoseconds: a PUT costs what a dozen GETs cost. */
    private static final long WRITTEN_AGAIN = TimeUnit.MINUTES.toNanos(1);

    private static final byte[] EMPTY = {'{', '}'};

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Conformance proof;
    private final S3Settings settings;
    private volatile @Nullable Long written;

    S3Check(S3Bucket bucket, S3Layout layout, S3Conformance proof, S3Settings settings) {
        this.bucket = bucket;
        this.layout = layout;
        this.proof = proof;
        this.settings = settings;
    }

    StoreCheck closed() {
        return new StoreCheck(false, false, Map.of(), "The S3 store is closed.");
    }

    StoreCheck run() {
        boolean canRead = false;
        try {
            proof.look("The storage cannot be read");
            canRead = true;
            proof.ensure();
            write();
            return new StoreCheck(true, true, capabilities(), null);
        } catch (Unavailable e) {
            return new StoreCheck(canRead, false, capabilities(), e.getMessage());
        }
    }

    private void write() {
        Long last = written;
        if (last == null || System.nanoTime() - last > WRITTEN_AGAIN) {
            written = null;
            bucket.write("The storage cannot be written", layout.writable(), S3Bucket.Body.json(EMPTY), false);
            written = System.nanoTime();
        }
    }

    private Map<String, String> capabilities() {
        Map<String, String> capabilities = new TreeMap<>(Map.of(
                "durable",
                "true",
                "shared",
                "any number of replicas",
                "bucket",
                settings.bucket(),
                "place",
                settings.place(),
                "encryption",
                settings.encryption(),
                "conditionalWrites",
                proof.conditionalWrites()));
        String warning = proof.warning();
        if (warning != null) {
            capabilities.put("warning", warning);
        }
        return capabilities;
    }
}
