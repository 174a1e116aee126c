package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendPurgeTest;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.services.s3.S3Client;

/** What is looked for is looked for in all objects of the bucket. */
class S3BackendPurgeTest extends StateBackendPurgeTest {

    private String bucket;

    @Override
    protected StateStore newStore() {
        bucket = TestS3.shared().provenBucket();
        return S3Stores.open(bucket);
    }

    @Override
    protected boolean holds(String text) {
        S3Client client = TestS3.shared().client();
        return client.listObjectsV2Paginator(all -> all.bucket(bucket)).contents().stream()
                .map(object -> client.getObjectAsBytes(one -> one.bucket(bucket).key(object.key())))
                .anyMatch(bytes -> bytes.asString(StandardCharsets.ISO_8859_1).contains(text));
    }
}
