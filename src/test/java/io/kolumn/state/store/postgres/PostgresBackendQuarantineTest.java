package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendQuarantineTest;

class PostgresBackendQuarantineTest extends StateBackendQuarantineTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
