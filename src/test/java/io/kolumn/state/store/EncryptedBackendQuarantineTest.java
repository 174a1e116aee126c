package io.kolumn.state.store;

import io.kolumn.state.StateBackendQuarantineTest;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendQuarantineTest extends StateBackendQuarantineTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
