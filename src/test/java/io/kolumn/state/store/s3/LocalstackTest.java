package io.kolumn.state.store.s3;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.backend.StateBackendLockTest;
import io.kolumn.state.backend.StateBackendTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;

/** The contract and the rules on LocalStack, beside MinIO, which all other tests share where there are containers. */
@EnabledIf(value = "io.kolumn.state.TestServers#containers", disabledReason = "no Docker engine answers")
class LocalstackTest {

    @Nested
    class Contract extends StateStoreContract {
        private final String bucket = S3Containers.localstack().newBucket();

        @Override
        protected StateStore open() {
            return S3Stores.open(S3Containers.localstack().config(bucket));
        }
    }

    @Nested
    class Rules extends StateBackendTest {
        @Override
        protected StateStore newStore() {
            return LocalstackTest.store();
        }
    }

    @Nested
    class Locks extends StateBackendLockTest {
        @Override
        protected StateStore newStore() {
            return LocalstackTest.store();
        }
    }

    private static StateStore store() {
        TestS3 localstack = S3Containers.localstack();
        return S3Stores.open(localstack.config(localstack.newBucket()));
    }
}
