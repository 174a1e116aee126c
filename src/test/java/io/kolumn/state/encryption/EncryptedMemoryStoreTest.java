package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.store.memory.MemoryStore;

class EncryptedMemoryStoreTest extends StateStoreContract {

    private final StateStore store = EncryptedStores.over(new MemoryStore());

    /** There is one handle: the store itself. */
    @Override
    protected StateStore open() {
        return store;
    }

    @Override
    protected boolean survivesReopen() {
        return false;
    }
}
