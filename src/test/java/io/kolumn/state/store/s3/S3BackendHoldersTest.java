package io.kolumn.state.store.s3;

import io.kolumn.state.StateBackendHoldersTest;
import io.kolumn.state.StateStore;

class S3BackendHoldersTest extends StateBackendHoldersTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
