package io.kolumn.state.store;

import io.kolumn.state.StateBackendLockTest;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendLockTest extends StateBackendLockTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
