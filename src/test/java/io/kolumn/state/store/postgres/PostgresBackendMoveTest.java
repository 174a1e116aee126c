package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendMoveTest;
import io.kolumn.state.StateStore;

class PostgresBackendMoveTest extends StateBackendMoveTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
