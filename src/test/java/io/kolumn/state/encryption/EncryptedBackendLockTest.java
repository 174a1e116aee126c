package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendLockTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendLockTest extends StateBackendLockTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
