package io.kolumn.state.health;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A service on local files in a folder of its own. */
public class LocalFolderProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Path folder = Files.createTempDirectory("kolumn-health");
            return Map.of(
                    "kolumn.state.backend",
                    "local",
                    "kolumn.state.local.path",
                    folder.resolve("kolumn.klstate").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
