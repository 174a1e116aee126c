package io.kolumn.state.store.journal;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class JournalStoreTest extends StateStoreContract {

    @TempDir
    Path folder;

    @Override
    protected StateStore open() {
        return new JournalStore(folder.resolve("states.journal"));
    }
}
