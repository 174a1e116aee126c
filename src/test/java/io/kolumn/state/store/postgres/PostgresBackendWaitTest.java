package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendWaitTest;

class PostgresBackendWaitTest extends StateBackendWaitTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
