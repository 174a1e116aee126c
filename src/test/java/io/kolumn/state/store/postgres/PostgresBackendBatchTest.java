package io.kolumn.state.store.postgres;

import io.kolumn.state.BackendBatchTest;
import io.kolumn.state.StateStore;

class PostgresBackendBatchTest extends BackendBatchTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
