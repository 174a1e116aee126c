package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendQuarantineTest;

class S3BackendQuarantineTest extends StateBackendQuarantineTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
