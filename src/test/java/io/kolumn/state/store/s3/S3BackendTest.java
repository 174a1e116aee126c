package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendTest;

/** As the service has it. */
class S3BackendTest extends StateBackendTest {

    @Override
    protected StateStore newStore() {
        String bucket = TestS3.shared().provenBucket();
        return new S3Provider().open(S3Stores.checked(TestS3.shared().config(bucket)));
    }
}
