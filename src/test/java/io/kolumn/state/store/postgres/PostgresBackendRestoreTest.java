package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendRestoreTest;
import io.kolumn.state.StateStore;

class PostgresBackendRestoreTest extends StateBackendRestoreTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
