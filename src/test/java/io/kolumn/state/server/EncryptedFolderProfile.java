package io.kolumn.state.server;

import io.kolumn.state.TestFolder;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.file.Path;
import java.util.Map;

/** A service that encrypts what it keeps on local files, without a cache, in a folder of its own. */
public final class EncryptedFolderProfile implements QuarkusTestProfile {

    static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=";

    private static volatile Path path = Path.of("");

    /** The `kolumn.state.local.path` of the service that was started last. */
    static Path path() {
        return path;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        path = TestFolder.temporary("kolumn-encrypted").resolve("kolumn.klstate");
        return Map.of(
                "kolumn.state.backend",
                "local",
                "kolumn.state.cache.size",
                "0",
                "kolumn.state.local.path",
                path.toString(),
                "kolumn.state.encryption.key-provider",
                "local",
                "kolumn.state.encryption.local.keys",
                "2026-11=" + SECRET);
    }
}
