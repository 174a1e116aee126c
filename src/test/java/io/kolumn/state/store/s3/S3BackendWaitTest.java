package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendWaitTest;
import io.kolumn.state.StateStore;

class S3BackendWaitTest extends StateBackendWaitTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
