package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;

class S3StoreTest extends StateStoreContract {

    private final String bucket = TestS3.shared().provenBucket();

    @Override
    protected StateStore open() {
        return S3Stores.open(bucket);
    }

    @Override
    protected int manyStates() {
        return S3Bucket.MAX_PAGE + 10;
    }
}
