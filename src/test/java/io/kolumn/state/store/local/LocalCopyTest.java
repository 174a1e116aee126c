package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static io.kolumn.state.store.local.LocalFolder.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the folder, taken file by file while the service writes, is a sound store of some moment. */
class LocalCopyTest {

    private static final StateName PROD = StateName.of("prod");
    private static final int COPIES = 12;

    @TempDir
    Path temporary;

    private LocalFolder folder;
    private LocalStore store;

    @BeforeEach
    void openTheStore() throws IOException {
        folder = new LocalFolder(Files.createDirectory(temporary.resolve("original")));
        store = folder.open();
    }

    @AfterEach
    void closeTheStore() {
        folder.close();
    }

    private Path copy(String name) throws Exception {
        Path to = temporary.resolve(name);
        int code = new ProcessBuilder("cp", "-r", temporary.resolve("original").toString(), to.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(code).as("0, or 1 where a file was removed meanwhile").isIn(0, 1);
        return to;
    }

    @Test
    void aCopyTakenWhileTheServiceWritesIsASoundStore() throws Exception {
        StateBackend backend = new StateBackend(
                store, Clock.systemUTC(), BackendSettings.defaults().keeping(4, null));
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(20);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> writing = thread.submit(() -> {
                Random random = new Random(1);
                for (int serial = 1; !ended.get(); serial++) {
                    int length = random.nextInt(3) == 0 ? 100_000 : random.nextInt(20_000);
                    backend.put(PROD, numbered(serial, length), WriteOptions.none());
                    begun.countDown();
                }
            });
            try {
                begun.await();
                for (int number = 0; number < COPIES; number++) {
                    long before = current(store.head(PROD).orElseThrow()).number();
                    assertSound(copy("copy-" + number), before);
                }
            } finally {
                ended.set(true);
            }
            writing.get();
        }
    }

    private static StateDocument numbered(long serial, int length) {
        return StateDocument.parse("{\"serial\": " + serial
                + ", \"lineage\": \"l\", \"outputs\": {\"o\": {}}, \"noise\": \"" + "x".repeat(length) + "\"}");
    }

    /** Each kept version is there, the current one is not older than what was there before the copy began but for what is large. */
    private static void assertSound(Path copy, long before) throws IOException {
        try (LocalFolder copied = new LocalFolder(copy)) {
            LocalStore there = copied.open();
            StateHead head = there.head(PROD).orElseThrow();
            assertThat(current(head).number()).isGreaterThan(before - 5);
            List<StateVersion> kept = there.history(PROD, Long.MAX_VALUE, Integer.MAX_VALUE);
            assertThat(kept).hasSize(head.versionCount()).startsWith(current(head));
            for (StateVersion version : kept) {
                assertThat(there.content(PROD, version)).isPresent();
            }
            commit(there, write(head, document(head.highestSerial() + 1)));
        }
    }

    /** The copy lists the folder before a document is there, and reads the log after it. */
    @Test
    void inACopyTheLastChangeCountsWhoseDocumentIsThere() throws Exception {
        StateHead first = commit(store, create(PROD, document(1)));
        StateHead second = commit(store, write(first, large(2)));
        StateHead third = commit(store, lock(second, lock("abc", 1)));
        Path copy = copy("copy");
        Files.delete(copy.resolve(".kolumn.klstate.d/prod/+2-" + current(second).id()));

        try (LocalFolder copied = new LocalFolder(copy)) {
            LocalStore there = copied.open();
            assertThat(there.head(PROD)).contains(first);
            assertThat(there.history(PROD, 10, 10)).containsExactly(current(first));
            commit(there, write(first, document(3)));
        }
        assertThat(store.head(PROD)).contains(third);
    }

    @Test
    void inACopyAnOlderVersionWithoutItsDocumentIsKeptNoLonger() throws Exception {
        StateHead first = commit(store, create(PROD, large(1)));
        StateHead second = commit(store, write(first, document(2)));
        Path copy = copy("copy");
        Files.delete(copy.resolve(".kolumn.klstate.d/prod/+1-" + current(first).id()));

        try (LocalFolder copied = new LocalFolder(copy)) {
            LocalStore there = copied.open();
            assertThat(there.history(PROD, 10, 10)).containsExactly(current(second));
            assertThat(there.head(PROD).orElseThrow().versionCount()).isEqualTo(1);
            assertThat(there.head(PROD).orElseThrow().commit()).isEqualTo(second.commit());
        }
    }

    /** In the folder itself that is a loss, which nobody may take for the version before. */
    @Test
    void inTheOriginalAMissingDocumentIsAFault() throws IOException {
        StateHead first = commit(store, create(PROD, document(1)));
        StateHead second = commit(store, write(first, large(2)));
        Files.delete(folder.content("prod", current(second)));

        folder.crash();
        StateBackend backend = new StateBackend(folder.open(), Clock.systemUTC(), BackendSettings.defaults());
        assertThatThrownBy(() -> backend.get(PROD))
                .isNotInstanceOf(NotFound.class)
                .hasMessageContaining("missing");
        assertThat(backend.get(PROD, 1)).isPresent();
    }
}
