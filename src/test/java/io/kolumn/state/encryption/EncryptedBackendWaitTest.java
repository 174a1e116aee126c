package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendWaitTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendWaitTest extends StateBackendWaitTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
