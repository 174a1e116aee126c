package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendMoveTest;
import io.kolumn.state.StateStore;

class S3BackendMoveTest extends StateBackendMoveTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
