package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendAdoptTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedBackendAdoptTest extends StateBackendAdoptTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
