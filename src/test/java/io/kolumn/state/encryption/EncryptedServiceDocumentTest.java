package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.ServiceDocumentTest;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedServiceDocumentTest extends ServiceDocumentTest {

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }
}
