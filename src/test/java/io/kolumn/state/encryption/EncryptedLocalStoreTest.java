package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.store.local.LocalSettings;
import io.kolumn.state.store.local.LocalStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EncryptedLocalStoreTest extends StateStoreContract {

    @TempDir
    Path folder;

    @Override
    protected StateStore open() {
        return EncryptedStores.over(new LocalStore(LocalSettings.at(folder.resolve("kolumn.klstate"))));
    }
}
