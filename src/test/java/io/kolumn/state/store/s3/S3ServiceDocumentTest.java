package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.ServiceDocumentTest;

class S3ServiceDocumentTest extends ServiceDocumentTest {

    @Override
    protected StateStore newStore() {
        String bucket = TestS3.shared().provenBucket();
        return new S3Provider().open(S3Stores.checked(TestS3.shared().config(bucket)));
    }
}
