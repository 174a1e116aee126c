package io.kolumn.state.store;

import io.kolumn.state.StateBackendHoldersTest;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendHoldersTest extends StateBackendHoldersTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
