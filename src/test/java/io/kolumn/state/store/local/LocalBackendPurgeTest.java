package io.kolumn.state.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateStore;
import io.kolumn.state.TestFolder;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateBackendPurgeTest;
import io.kolumn.state.backend.WriteOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** With a folder of backups; what is looked for is looked for in all files. */
class LocalBackendPurgeTest extends StateBackendPurgeTest {

    private Path folder;

    @Override
    protected StateStore newStore() {
        folder = TestFolder.temporary("purge");
        return new LocalStore(
                new LocalSettings(folder.resolve("kolumn.klstate"), null, folder.resolve("backups"), null, false),
                Duration.ZERO);
    }

    @Override
    protected boolean holds(String text) throws IOException {
        byte[] sought = text.getBytes(StandardCharsets.UTF_8);
        String name = new String(sought, StandardCharsets.ISO_8859_1);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void aPlainFileThatIsBehindShowsNothingThatWasPurged() {
        LocalStore slow =
                new LocalStore(LocalSettings.at(folder.resolve("slow").resolve("k.klstate")), Duration.ofHours(1));
        StateBackend backend = new StateBackend(slow, Clock.systemUTC(), BackendSettings.defaults());
        Path plain = folder.resolve("slow").resolve(NAME + ".klstate");
        backend.put(NAME, document("first"), WriteOptions.none());
        await().untilAsserted(() -> assertThat(plain).content().contains("first"));
        backend.put(NAME, document("second"), WriteOptions.none());
        assertThat(plain).content().contains("first");

        backend.purge(NAME, Purge.version(1), WriteOptions.none());

        assertThat(plain).content().contains("second").doesNotContain("first");
        backend.close();
    }

    private static StateDocument document(String text) {
        return StateDocument.parse("{\"anything\": \"" + text + "\"}");
    }
}
