package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.store.postgres.PostgresProvider;
import io.kolumn.state.store.s3.S3Provider;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every secret can be given as a file, and by the configuration for each storage that a command names. */
class SecretsOffTheCommandLineTest {

    private static final String SECRET = "only-for-the-test";

    @TempDir
    Path folder;

    private final BackendFactory factory = BackendFactory.withBuiltIns();

    private static final Map<String, String> DATABASE = Map.of("database", "d", "username", "u");

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(key, value);
        return all;
    }

    @Test
    void everySecretKeyHasOneForAFile() {
        List<KeyTable> tables = new ArrayList<>(List.of(ServiceKeys.TABLE, EncryptionConfig.TABLE));
        factory.types().forEach(type -> tables.add(BackendFactory.table(type)));
        for (KeyTable table : tables) {
            for (ConfigKey key : table.keys()) {
                String group = key.name().substring(0, key.name().lastIndexOf('.') + 1);
                assertThat(!key.secret() || table.knows(key.name() + "_file") || table.knows(group + "file"))
                        .as(table.property(key))
                        .isTrue();
            }
        }
    }

    @Test
    void aSecretIsReadFromItsFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");

        StoreConfig config = factory.checked("postgres", with(DATABASE, "password-file", file.toString()));

        assertThat(config.text("password")).contains(SECRET);
        assertThat(config.toString()).doesNotContain(SECRET).contains(file.toString());
    }

    @Test
    void aFileThatIsMissingOrEmptyOrBesideTheSecretItselfIsAProblem() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        assertThat(problem(
                        with(DATABASE, "password_file", folder.resolve("none").toString())))
                .contains("no such file");
        assertThat(problem(with(DATABASE, "password-file", empty.toString()))).contains("it is empty");
        assertThat(problem(with(with(DATABASE, "password-file", empty.toString()), "password", SECRET)))
                .contains("both given")
                .doesNotContain(SECRET);
    }

    private String problem(Map<String, String> settings) {
        List<Problem> problems = factory.validate("postgres", settings);
        assertThat(problems).hasSize(1);
        assertThatThrownBy(() -> factory.checked("postgres", settings)).isInstanceOf(Configuration.class);
        return problems.getFirst().toString();
    }

    private static ConfiguredSecrets configured(Map<String, String> properties) {
        return new ConfiguredSecrets(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build());
    }

    @Test
    void aNamedStorageGetsTheSecretsOfItsTypeAndEachSideItsOwn() {
        List<ConfigKey> keys = BackendFactory.keys(new PostgresProvider());
        ConfiguredSecrets secrets = configured(Map.of(
                "kolumn.state.postgres.password", "of-the-type",
                "kolumn.to.password", "of-the-target",
                "kolumn.from.password-file", "/run/secrets/source"));

        assertThat(secrets.added("", "postgres", keys, DATABASE)).containsEntry("password", "of-the-type");
        assertThat(secrets.added("to", "postgres", keys, DATABASE)).containsEntry("password", "of-the-target");
        assertThat(secrets.added("from", "postgres", keys, DATABASE))
                .containsEntry("password_file", "/run/secrets/source")
                .doesNotContainKey("password");
        assertThat(secrets.added("to", "postgres", keys, with(DATABASE, "password", "given")))
                .containsEntry("password", "given");
        assertThat(secrets.added("to", "postgres", keys, with(DATABASE, "password-file", "given")))
                .doesNotContainKey("password");
    }

    @Test
    void theSecretOfAnAccessKeyIsNotUsedWithAnother() {
        List<ConfigKey> keys = BackendFactory.keys(new S3Provider());
        ConfiguredSecrets secrets =
                configured(Map.of("kolumn.state.s3.access-key", "A", "kolumn.state.s3.secret-key", "of-A"));

        assertThat(secrets.added("", "s3", keys, Map.of("bucket", "b")))
                .containsEntry("access_key", "A")
                .containsEntry("secret_key", "of-A");
        assertThat(secrets.added("", "s3", keys, Map.of("access-key", "B"))).doesNotContainKey("secret_key");
        assertThat(secrets.added("", "s3", keys, Map.of("profile", "p"))).doesNotContainKey("secret_key");
    }

    @Test
    void aUserInAUrlIsNotShown() {
        ConfigKey endpoint = ConfigKey.of("endpoint", ConfigKey.Type.TEXT, "Somewhere.");

        assertThat(endpoint.shown("https://user:" + SECRET + "@host/x")).isEqualTo("https://***@host/x");
        assertThat(endpoint.shown("https://host/x@y")).isEqualTo("https://host/x@y");
    }
}
