package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendQuarantineTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendQuarantineTest extends StateBackendQuarantineTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
