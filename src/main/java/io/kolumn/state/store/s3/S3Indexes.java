package io.kolumn.state.store.s3;

import io.kolumn.state.IndexDocuments;
import io.kolumn.state.StateName;
import java.util.Optional;

/** The documents of the inventory, one object for each state. */
final class S3Indexes implements IndexDocuments {

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final Runnable open;
    private final Runnable writable;

    /**
     * @param open refuses if the store is closed
     * @param writable refuses if it cannot be written as well
     */
    S3Indexes(S3Bucket bucket, S3Layout layout, Runnable open, Runnable writable) {
        this.bucket = bucket;
        this.layout = layout;
        this.open = open;
        this.writable = writable;
    }

    @Override
    public void put(StateName name, byte[] index) {
        writable.run();
        bucket.write(
                "The index of state '" + name + "' was not written",
                layout.index(name),
                S3Bucket.Body.of(index, "application/octet-stream"),
                true);
    }

    @Override
    public Optional<byte[]> get(StateName name) {
        open.run();
        return bucket.readLarge(
                "The index of state '" + name + "' cannot be read",
                layout.index(name),
                (answer, in) -> in.readAllBytes());
    }

    @Override
    public void delete(StateName name) {
        writable.run();
        bucket.remove("The index of state '" + name + "' was not removed", layout.index(name));
    }
}
