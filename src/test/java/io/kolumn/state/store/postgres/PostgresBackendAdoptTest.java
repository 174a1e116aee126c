package io.kolumn.state.store.postgres;

import io.kolumn.state.StateBackendAdoptTest;
import io.kolumn.state.StateStore;

class PostgresBackendAdoptTest extends StateBackendAdoptTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
