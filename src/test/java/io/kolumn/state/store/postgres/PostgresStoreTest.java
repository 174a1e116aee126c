package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;

class PostgresStoreTest extends StateStoreContract {

    private final String schema = TestPostgres.newSchema();

    @Override
    protected StateStore open() {
        return TestPostgres.shared().open(schema);
    }
}
