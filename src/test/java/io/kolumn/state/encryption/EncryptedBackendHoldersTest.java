package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendHoldersTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendHoldersTest extends StateBackendHoldersTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
