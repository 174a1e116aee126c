package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendTest;
import io.kolumn.state.StateStore;

class PostgresBackendTest extends StateBackendTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
