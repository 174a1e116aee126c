package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendOperationTest;
import io.kolumn.state.StateStore;

class PostgresBackendOperationTest extends StateBackendOperationTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
