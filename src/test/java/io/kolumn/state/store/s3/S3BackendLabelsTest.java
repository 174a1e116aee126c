package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendLabelsTest;

class S3BackendLabelsTest extends StateBackendLabelsTest {

    @Override
    protected StateStore newStore() {
        return S3Stores.open(TestS3.shared().provenBucket());
    }
}
