package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendOperationTest;
import io.kolumn.state.StateStore;

class S3BackendOperationTest extends StateBackendOperationTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
