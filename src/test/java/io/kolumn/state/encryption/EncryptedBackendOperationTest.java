package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendOperationTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendOperationTest extends StateBackendOperationTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
