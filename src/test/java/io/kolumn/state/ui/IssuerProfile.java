package io.kolumn.state.ui;

import io.kolumn.state.TestFolder;
import io.kolumn.state.access.TestAccess;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A service whose issuer the tests write into its file, beside a token. */
public class IssuerProfile implements QuarkusTestProfile {

    static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-issuer-admin";
    static final Path FOLDER = TestFolder.named("issuer");
    static final Path AUDIT = FOLDER.resolve("audit.jsonl");

    private static final Path FILE = FOLDER.resolve("access.properties");

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Files.createDirectories(FOLDER);
            Files.deleteIfExists(AUDIT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(List.of());
        return Map.of(
                "kolumn.state.access.file",
                FILE.toString(),
                "kolumn.state.access.reload-interval",
                "100ms",
                "kolumn.state.access.max-delay",
                "10ms",
                "kolumn.state.audit.file",
                AUDIT.toString());
    }

    /** @param issuers lines of issuers and rules */
    static void write(List<String> issuers) {
        List<String> lines = new ArrayList<>(issuers);
        lines.add("token.admin.hash=" + TestAccess.hashOf(ADMIN));
        lines.add("policy.all.subjects=token:admin");
        lines.add("policy.all.states=**");
        lines.add("policy.all.roles=admin");
        lines.add("policy.platform.subjects=group:/platform");
        lines.add("policy.platform.states=team-a/**");
        lines.add("policy.platform.roles=operator");
        try {
            Path next = Files.createTempFile(FOLDER, "access", ".properties");
            Files.write(next, lines);
            Files.move(next, FILE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
