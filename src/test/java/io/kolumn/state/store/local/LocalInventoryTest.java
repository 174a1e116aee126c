package io.kolumn.state.store.local;

import io.kolumn.state.StateStore;
import io.kolumn.state.inventory.InventoryTest;
import io.kolumn.state.store.CachingStore;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** By files beside the logs; the other handle is another process. */
class LocalInventoryTest extends InventoryTest {

    @TempDir
    static Path folder;

    private Path own;

    @Override
    protected StateStore newStore() {
        own = folder.resolve(UUID.randomUUID().toString());
        return opened();
    }

    @Override
    protected StateStore another(StateStore first) {
        return opened();
    }

    private StateStore opened() {
        return new CachingStore(new LocalStore(LocalSettings.at(own.resolve("kolumn.klstate"))), 1 << 20);
    }
}
