package io.kolumn.state.store.local;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.ServiceDocumentTest;
import io.kolumn.state.store.CachingStore;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** With the cache before it, as the service has it. */
class LocalServiceDocumentTest extends ServiceDocumentTest {

    @TempDir
    static Path folder;

    @Override
    protected StateStore newStore() {
        Path own = folder.resolve(UUID.randomUUID().toString());
        return new CachingStore(new LocalStore(LocalSettings.at(own.resolve("kolumn.klstate"))), 1 << 20);
    }
}
