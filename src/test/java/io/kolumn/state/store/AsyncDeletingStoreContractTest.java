package io.kolumn.state.store;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.store.memory.MemoryStore;

class AsyncDeletingStoreContractTest extends StateStoreContract {

    private final StateStore store = new AsyncDeletingStore(new MemoryStore());

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
