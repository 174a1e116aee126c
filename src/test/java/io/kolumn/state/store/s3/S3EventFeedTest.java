package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.events.EventFeedTest;

/** By comparing heads, since a bucket carries no messages; the other handle is another replica. */
class S3EventFeedTest extends EventFeedTest {

    private String bucket;

    @Override
    protected StateStore newStore() {
        bucket = TestS3.shared().provenBucket();
        return S3Stores.open(bucket);
    }

    @Override
    protected StateStore another(StateStore first) {
        return S3Stores.open(bucket);
    }
}
