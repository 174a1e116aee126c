package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendLockTest;
import io.kolumn.state.StateStore;

class PostgresBackendLockTest extends StateBackendLockTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
