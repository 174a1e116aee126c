package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.encryption.EncryptedStores;

class EncryptedS3StoreTest extends StateStoreContract {

    private final String bucket = TestS3.shared().provenBucket();

    @Override
    protected StateStore open() {
        return EncryptedStores.over(S3Stores.open(bucket));
    }
}
