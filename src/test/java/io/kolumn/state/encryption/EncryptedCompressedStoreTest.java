package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.store.local.LocalSettings;
import io.kolumn.state.store.local.LocalStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** Compressed before it is encrypted. */
class EncryptedCompressedStoreTest extends StateStoreContract {

    @TempDir
    Path folder;

    @Override
    protected StateStore open() {
        return EncryptedStores.over(
                new LocalStore(LocalSettings.at(folder.resolve("kolumn.klstate"))),
                new EncryptionSettings(true, true, Compression.GZIP, Duration.ofMinutes(5)),
                "2026-11");
    }
}
