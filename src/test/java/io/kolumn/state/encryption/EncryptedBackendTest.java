package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendTest extends StateBackendTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
