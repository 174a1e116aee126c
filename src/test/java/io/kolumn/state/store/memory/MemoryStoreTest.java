package io.kolumn.state.store.memory;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;

class MemoryStoreTest extends StateStoreContract {

    private final MemoryStore memory = new MemoryStore();

    /** There is one handle: the store itself. */
    @Override
    protected StateStore open() {
        return memory;
    }

    @Override
    protected boolean survivesReopen() {
        return false;
    }
}
