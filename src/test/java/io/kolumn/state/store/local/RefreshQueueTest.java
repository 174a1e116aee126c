package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain files follow behind the answer: soon, without every step of a burst, and all of them when the store closes. */
class RefreshQueueTest {

    private static final StateName PROD = StateName.of("prod");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path temporary;

    private LocalFolder folder;

    @BeforeEach
    void nameTheFolder() {
        folder = new LocalFolder(temporary);
    }

    @AfterEach
    void closeTheStores() {
        folder.close();
    }

    @Test
    void aChangeIsShownSoonAndABurstByItsLast() {
        LocalStore store = folder.pacedBy(Duration.ofMillis(20)).open();
        StateHead head = commit(store, create(PROD, document(1)));
        for (int serial = 2; serial <= 50; serial++) {
            head = commit(store, write(head, document(serial)));
        }
        await().untilAsserted(() -> assertShows(50));
        commit(store, lock(head, lock("abc", 1)));
        await().ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(folder.read("prod.klstate.lock")).contains("abc"));
    }

    @Test
    void whatIsDueIsShownWhenTheStoreCloses() throws IOException {
        LocalStore store = folder.pacedBy(HOUR).open();
        StateHead head = commit(store, create(PROD, document(1)));
        await().untilAsserted(() -> assertShows(1));
        head = commit(store, write(head, document(2)));
        commit(store, lock(head, lock("abc", 1)));
        assertShows(1);

        Thread.currentThread().interrupt();
        store.close();
        assertThat(Thread.interrupted()).isTrue();

        assertShows(2);
        assertThat(folder.read("prod.klstate.lock")).contains("abc");
    }

    @Test
    void aPlainFileThatIsBehindByMoreThanIsKeptIsNoEdit() throws IOException {
        LocalStore behind = folder.pacedBy(HOUR).open();
        StateHead head = commit(behind, create(PROD, document(1)));
        await().untilAsserted(() -> assertShows(1));
        for (int serial = 2; serial <= 5; serial++) {
            StateVersion dropped = current(head);
            head = commit(behind, write(head, document(serial), dropped));
            behind.deleteContent(PROD, dropped);
        }
        assertShows(1);

        LocalStore another = folder.pacedBy(Duration.ZERO).open();
        commit(another, write(head, document(6)));

        assertShows(6);
        assertThat(another.attachments(PROD)).isEmpty();
    }

    @Test
    void anEditOfAFileThatIsBehindIsSetAside() throws IOException {
        LocalStore store = folder.pacedBy(HOUR).open();
        StateHead head = commit(store, create(PROD, document(1)));
        await().untilAsserted(() -> assertShows(1));
        commit(store, write(head, document(2)));
        folder.write("prod.klstate", "{\"version\":4,\"serial\":99,\"by\":\"hand\"}");

        LocalStore reopened = folder.reopen();

        assertShows(2);
        assertThat(reopened.attachments(PROD)).hasSize(1);
        assertThat(reopened.content(PROD, reopened.attachments(PROD).getFirst()))
                .contains(StateDocument.parse("{\"version\":4,\"serial\":99,\"by\":\"hand\"}"));
    }

    private void assertShows(long serial) throws IOException {
        Path file = folder.file("prod.klstate");
        assertThat(file).exists();
        assertThat(Files.readAllBytes(file)).isEqualTo(document(serial).toBytes());
    }
}
