package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendWaitTest;
import io.kolumn.state.StateStore;

class PostgresBackendWaitTest extends StateBackendWaitTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
