package io.kolumn.state.store.s3;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.StoreConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Opens stores by their keys, without anything before them. */
final class S3Stores {

    private S3Stores() {}

    static S3Store open(Map<String, String> config) {
        return open(checked(config));
    }

    private static S3Store open(StoreConfig config) {
        return S3Provider.store(S3Clients.own(config), config);
    }

    static StoreConfig checked(Map<String, String> config) {
        return new BackendFactory(List.of(new S3Provider())).checked(S3Provider.TYPE, config);
    }

    /** On the store that all tests share. */
    static S3Store open(String bucket) {
        return open(TestS3.shared().config(bucket));
    }

    /** As {@link #open(String)}, through a door. */
    static S3Store open(String bucket, S3Door door, String... keysAndValues) {
        return open(checked(bucket, door, keysAndValues));
    }

    static StoreConfig checked(String bucket, S3Door door, String... keysAndValues) {
        Map<String, String> config = new HashMap<>(TestS3.embedded().config(bucket));
        config.put("endpoint", door.endpoint());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return checked(config);
    }
}
