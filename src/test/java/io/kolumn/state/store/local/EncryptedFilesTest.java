package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.Transition;
import io.kolumn.state.encryption.EncryptedStore;
import io.kolumn.state.encryption.EncryptedStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No plain file shows an encrypted document. */
class EncryptedFilesTest {

    private static final StateName PROD = StateName.of("prod");

    @TempDir
    Path temporary;

    private LocalFolder folder;
    private LocalStore local;
    private EncryptedStore store;

    @BeforeEach
    void openTheStore() {
        folder = new LocalFolder(temporary).with(null, "backup", 0644);
        local = folder.open();
        store = EncryptedStores.over(local);
    }

    @AfterEach
    void closeTheStore() {
        folder.close();
    }

    private void assertNowhere(String text) throws IOException {
        for (String file : LocalFolder.files(temporary)) {
            assertThat(new String(Files.readAllBytes(temporary.resolve(file)), StandardCharsets.ISO_8859_1))
                    .as(file)
                    .doesNotContain(text);
        }
    }

    @Test
    void anEncryptedDocumentHasNoPlainFileAndNoBackup() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        head = commit(store, write(head, document(2)));
        commit(store, write(head, document(3)));
        folder.reopen();

        assertNowhere("\"value\"");
        assertThat(folder.file("prod.klstate")).doesNotExist();
        assertThat(LocalFolder.files(folder.file("backup"))).isEmpty();
    }

    @Test
    void thePlainFileGoesWhenAStateIsEncrypted() throws IOException {
        commit(local, create(PROD, document(1)));
        assertThat(folder.file("prod.klstate")).exists();

        commit(store, write(store.head(PROD).orElseThrow(), document(2)));

        assertThat(folder.file("prod.klstate")).doesNotExist();
        folder.reopen();
        assertThat(folder.file("prod.klstate")).doesNotExist();
    }

    @Test
    void aLockIsStillShown() {
        StateHead head = commit(store, create(PROD, document(1)));
        StateHead locked = new StateHead(
                PROD, "", "lock", head.current(), lock("id", 1), 1, 1, 1, head.highestSerial(), head.changed());

        commit(store, new Transition(head, locked, null, List.of()));

        assertThat(folder.file("prod.klstate.lock")).exists();
        assertThat(folder.file("prod.klstate")).doesNotExist();
    }
}
