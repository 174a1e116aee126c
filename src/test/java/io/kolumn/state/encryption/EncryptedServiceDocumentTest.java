package io.kolumn.state.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.ServiceDocument;
import io.kolumn.state.backend.ServiceDocumentTest;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

class EncryptedServiceDocumentTest extends ServiceDocumentTest {

    private static final StateName NOTES = StateName.of(".kolumn-state/notes");

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }

    private static ServiceDocument notes(StateStore store) {
        return new StateBackend(store, new MovableClock(), BackendSettings.defaults()).serviceDocument("notes");
    }

    private static void write(ServiceDocument document, String text) {
        document.change(before -> new ServiceDocument.Change<>(StateDocument.parse(text), true));
    }

    @Test
    void onePutThereWithoutAKeyIsNone() {
        MemoryStore storage = new MemoryStore();
        ServiceDocument planted = notes(storage);
        ServiceDocument encrypted = notes(EncryptedStores.over(storage));
        write(planted, "{\"planted\": 1}");

        assertThat(encrypted.read(null)).isEmpty();
        encrypted.change(before -> {
            assertThat(before).isNull();
            return new ServiceDocument.Change<>(StateDocument.parse("{\"own\": 1}"), true);
        });
        assertThat(encrypted.read(null).orElseThrow().document()).isEqualTo(StateDocument.parse("{\"own\": 1}"));
        assertThat(storage.head(NOTES).orElseThrow().current().sealed()).isTrue();

        write(planted, "{\"planted\": 2}");
        assertThat(encrypted.read(null)).isEmpty();
    }

    @Test
    void oneIsReadWithoutEncryptionWhereThatWasSwitchedOff() {
        MemoryStore storage = new MemoryStore();
        EncryptionSettings off = new EncryptionSettings(
                false, true, Compression.NONE, EncryptionSettings.defaults().keysKept());
        write(notes(storage), "{\"plain\": 1}");

        assertThat(notes(EncryptedStores.over(storage, off, "2026-11")).read(null))
                .isPresent();
    }
}
