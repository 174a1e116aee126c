package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.inventory.InventoryTest;

/** By objects of their own; the other handle is another replica. */
class S3InventoryTest extends InventoryTest {

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
