package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendLockTest;
import io.kolumn.state.StateStore;

class S3BackendLockTest extends StateBackendLockTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
