package io.kolumn.state.security;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A service on local files in a folder of its own, where callers prove who they are. */
public final class SecretiveProfile implements QuarkusTestProfile {

    static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-admin";
    static final String WRITER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-writer";

    @Override
    public Map<String, String> getConfigOverrides() {
        try {
            Path folder = Files.createTempDirectory("kolumn-secretive");
            return Map.ofEntries(
                    Map.entry("kolumn.state.backend", "local"),
                    Map.entry(
                            "kolumn.state.local.path",
                            folder.resolve("kolumn.klstate").toString()),
                    Map.entry("kolumn.state.token.adm.hash", Hashes.token(ADMIN)),
                    Map.entry("kolumn.state.token.wri.hash", Hashes.token(WRITER)),
                    Map.entry("kolumn.state.policy.adm.subjects", "token:adm"),
                    Map.entry("kolumn.state.policy.adm.states", "**"),
                    Map.entry("kolumn.state.policy.adm.roles", "admin"),
                    Map.entry("kolumn.state.policy.wri.subjects", "token:wri"),
                    Map.entry("kolumn.state.policy.wri.states", "team/**"),
                    Map.entry("kolumn.state.policy.wri.roles", "operator"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
