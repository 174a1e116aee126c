package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendLockTest;

class PostgresBackendLockTest extends StateBackendLockTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
