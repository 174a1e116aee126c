package io.kolumn.state.security;

import static org.awaitility.Awaitility.await;

import io.kolumn.state.TestFolder;
import io.kolumn.state.http.Wire;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A service where callers prove who they are: by a file of identities and rules that the tests write. */
public class AccessProfile implements QuarkusTestProfile {

    static final Path FOLDER = TestFolder.named("access");
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

    /** Writes the file and waits until the service answers by it. */
    static void apply(URI server, List<String> lines) {
        String probe = "kst_probe-" + UUID.randomUUID();
        List<String> all = new ArrayList<>(lines);
        all.add("token.probe.hash=" + Hashes.token(probe));
        write(all);
        Wire.Request asked = Wire.to(server).request("GET", "/v1/whoami").header("Authorization", "Bearer " + probe);
        await().atMost(Duration.ofSeconds(20)).until(() -> asked.send().status() == 200);
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
