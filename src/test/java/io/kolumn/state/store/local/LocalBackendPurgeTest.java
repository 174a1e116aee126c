package io.kolumn.state.store.local;

import io.kolumn.state.StateBackendPurgeTest;
import io.kolumn.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** With a folder of backups; what is looked for is looked for in all files. */
class LocalBackendPurgeTest extends StateBackendPurgeTest {

    private Path folder;

    @Override
    protected StateStore newStore() {
        try {
            folder = Files.createTempDirectory("purge");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
