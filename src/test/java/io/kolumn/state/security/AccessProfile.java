package io.kolumn.state.security;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** A service where callers prove who they are: by a file of identities and rules that the tests write. */
public class AccessProfile implements QuarkusTestProfile {

    static final Path FOLDER = Path.of("target", "access-test").toAbsolutePath();
    static final Path FILE = FOLDER.resolve("access.properties");
    static final Path AUDIT = FOLDER.resolve("audit.jsonl");

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Files.createDirectories(FOLDER);
            Files.deleteIfExists(AUDIT);
            write(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "kolumn.state.access.file",
                FILE.toString(),
                "kolumn.state.access.reload-interval",
                "100ms",
                "kolumn.state.access.max-delay",
                "10ms",
                "kolumn.state.audit.file",
                AUDIT.toString(),
                "kolumn.state.audit.anonymous-lines",
                "100000");
    }

    /** As a whole, as editors and orchestrators do. */
    public static void write(List<String> lines) {
        try {
            Path next = Files.createTempFile(FOLDER, "access", ".properties");
            Files.write(next, lines);
            Files.move(next, FILE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
