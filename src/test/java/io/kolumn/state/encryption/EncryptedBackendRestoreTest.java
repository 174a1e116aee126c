package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendRestoreTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendRestoreTest extends StateBackendRestoreTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
