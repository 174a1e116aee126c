package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendQuarantineTest;
import io.kolumn.state.StateStore;

class PostgresBackendQuarantineTest extends StateBackendQuarantineTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
