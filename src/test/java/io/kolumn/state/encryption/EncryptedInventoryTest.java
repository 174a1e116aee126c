package io.kolumn.state.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.inventory.InventoryTest;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;

/** By encrypted documents: what is below has no word of them. */
class EncryptedInventoryTest extends InventoryTest {

    private MemoryStore below;

    @Override
    protected StateStore newStore() {
        below = new MemoryStore();
        return EncryptedStores.over(below);
    }

    @Override
    protected String kept(StateStore opened) {
        return below.indexes()
                .flatMap(documents -> documents.get(StateName.of("team-a/prod")))
                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                .orElse("");
    }

    @Override
    protected boolean readable() {
        assertThat(below.resources()).isEmpty();
        return false;
    }
}
