package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.ServiceDocumentTest;

class PostgresServiceDocumentTest extends ServiceDocumentTest {

    @Override
    protected StateStore newStore() {
        return TestPostgres.shared().open(TestPostgres.newSchema());
    }
}
