package io.kolumn.state.health;

import io.kolumn.state.TestFolder;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.file.Path;
import java.util.Map;

/** A service on local files in a folder of its own. */
public class LocalFolderProfile implements QuarkusTestProfile {

    private static volatile Path path = Path.of("");

    /** The `kolumn.state.local.path` of the service that was started last. */
    public static Path path() {
        return path;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        path = TestFolder.temporary("kolumn-local").resolve("kolumn.klstate");
        return Map.of("kolumn.state.backend", "local", "kolumn.state.local.path", path.toString());
    }
}
