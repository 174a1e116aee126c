package io.kolumn.state.store.local;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest extends StateStoreContract {

    @TempDir
    Path folder;

    @Override
    protected StateStore open() {
        return new LocalStore(LocalSettings.at(folder.resolve("kolumn.klstate")));
    }
}
