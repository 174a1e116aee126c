package io.kolumn.state.store;

import io.kolumn.state.StateBackendTest;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendTest extends StateBackendTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
