package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.store.postgres.TestPostgres;

class EncryptedPostgresStoreTest extends StateStoreContract {

    private final String schema = TestPostgres.newSchema();

    @Override
    protected StateStore open() {
        return EncryptedStores.over(TestPostgres.shared().open(schema));
    }
}
