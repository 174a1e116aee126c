package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendTest;
import io.kolumn.state.StateStore;

class S3BackendTest extends StateBackendTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().newBucket());
    }
}
