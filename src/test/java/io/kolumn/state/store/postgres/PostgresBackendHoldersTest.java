package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendHoldersTest;
import io.kolumn.state.StateStore;

class PostgresBackendHoldersTest extends StateBackendHoldersTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
