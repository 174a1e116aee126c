package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendMoveTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendMoveTest extends StateBackendMoveTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
