package io.kolumn.state.security;

import io.kolumn.state.TestFolder;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.file.Path;
import java.util.Map;

/** A service on local files in a folder of its own, where callers prove who they are. */
public final class SecretiveProfile implements QuarkusTestProfile {

    static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-admin";
    static final String WRITER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-writer";

    private static volatile Path path = Path.of("");

    /** The `kolumn.state.local.path` of the service that was started last. */
    static Path path() {
        return path;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        path = TestFolder.temporary("kolumn-secretive").resolve("kolumn.klstate");
        return Map.ofEntries(
                Map.entry("kolumn.state.backend", "local"),
                Map.entry("kolumn.state.local.path", path.toString()),
                Map.entry("kolumn.state.token.adm.hash", Hashes.token(ADMIN)),
                Map.entry("kolumn.state.token.wri.hash", Hashes.token(WRITER)),
                Map.entry("kolumn.state.policy.adm.subjects", "token:adm"),
                Map.entry("kolumn.state.policy.adm.states", "**"),
                Map.entry("kolumn.state.policy.adm.roles", "admin"),
                Map.entry("kolumn.state.policy.wri.subjects", "token:wri"),
                Map.entry("kolumn.state.policy.wri.states", "team/**"),
                Map.entry("kolumn.state.policy.wri.roles", "operator"));
    }
}
