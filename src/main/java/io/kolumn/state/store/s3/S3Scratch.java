package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Keys of objects that are written to try the store out, and removed then. */
final class S3Scratch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(S3Scratch.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    S3Scratch(S3Bucket bucket, S3Layout layout) {
        this.bucket = bucket;
        this.layout = layout;
    }

    /** One that nobody else knows. */
    String newKey() {
        String key = layout.probe(UUID.randomUUID().toString());
        used.add(key);
        return key;
    }

    /** One after the other: nobody waits for it. What cannot be removed stays behind, and is nobody's. */
    @Override
    public void close() {
        for (String key : List.copyOf(used)) {
            try {
                bucket.remove("An object of the probe was not removed", key);
            } catch (Unavailable e) {
                LOG.debugf(e, "%s stays behind.", key);
            }
        }
    }
}
