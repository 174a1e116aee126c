package io.kolumn.state.encryption.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateStore;
import io.kolumn.state.encryption.EncryptedStore;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.server.TestConfig;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of keys, and what comes of it; no message holds one. */
class EncryptionConfigTest {

    private static final String SECRET = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private static final String KMS_KEY =
            "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-1111-1111-111111111111";

    private static ServiceConfig read(String... pairs) {
        Map<String, String> properties = new HashMap<>(Map.of("kolumn.state.backend", "memory"));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put("kolumn.state.encryption." + pairs[i], pairs[i + 1]);
        }
        return TestConfig.of(properties);
    }

    private static String refused(String... pairs) {
        Configuration refused = Objects.requireNonNull(catchThrowableOfType(Configuration.class, () -> read(pairs)));
        assertThat(refused).hasMessageNotContaining(SECRET).hasMessageNotContaining("hvs.");
        return String.valueOf(refused.getMessage());
    }

    @Test
    void withoutKeysNothingStandsBeforeTheStore() {
        StateStore store = new MemoryStore();

        assertThat(read().encryption().on()).isFalse();
        assertThat(read().encryption().before(store, Clock.systemUTC())).isSameAs(store);
    }

    @Test
    void keysOfAFileOrOfTheConfigurationEncrypt(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "2026-11=" + SECRET);

        for (ServiceConfig config : List.of(
                read("key-provider", "local", "local.file", file.toString()),
                read("key-provider", "local", "local.keys", "2026-11=" + SECRET),
                read("keys", "local", "local.keys", "2026-11=" + SECRET))) {
            StateStore store = config.encryption().before(new MemoryStore(), Clock.systemUTC());
            assertThat(store).isInstanceOf(EncryptedStore.class);
            assertThat(store.check().capabilities())
                    .containsEntry("encryption", "on")
                    .containsEntry("encryptionKey", "2026-11");
            assertThat(config.service().toString()).doesNotContain(SECRET);
        }
    }

    @Test
    void switchedOffItReadsOnly() {
        StateStore store = read("key-provider", "local", "local.keys", "a=" + SECRET, "write", "false")
                .encryption()
                .before(new MemoryStore(), Clock.systemUTC());

        assertThat(store.check().capabilities()).containsEntry("encryption", "reads only");
    }

    @Test
    void whatIsMissingOrTooMuchIsNamed() {
        assertThat(refused("key-provider", "local"))
                .contains("encryption.local.file: or")
                .contains("Give one of them");
        assertThat(refused("key-provider", "local", "local.file", "/nowhere", "local.keys", "a=" + SECRET))
                .contains("Give one of them");
        assertThat(refused("key-provider", "local", "local.file", "/nowhere/keys"))
                .contains("encryption.local.file")
                .contains("cannot be read");
        assertThat(refused("key-provider", "local", "local.keys", SECRET)).contains("encryption.local.keys: is wrong");
        assertThat(refused("local.keys", "a=" + SECRET)).contains("is not local, vault or aws-kms");
        assertThat(refused("key-provider", "kms")).contains("must be one of local, vault");
        assertThat(refused("key-provider", "vault", "compression", "zstd"))
                .contains("encryption.vault.address: is required")
                .contains("encryption.vault.key: is required")
                .contains("encryption.vault.token: or")
                .contains("must be one of none, gzip");
        assertThat(refused(
                        "key-provider",
                        "vault",
                        "vault.address",
                        "ftp://x",
                        "vault.key",
                        "a/b",
                        "vault.mount",
                        "/x",
                        "vault.token",
                        "hvs.secret",
                        "vault.token-file",
                        "/token"))
                .contains("encryption.vault.address")
                .contains("encryption.vault.mount")
                .contains("encryption.vault.key: must be a name")
                .contains("Give one of them");
    }

    @Test
    void whatIsWrongWithKeysOfKmsIsNamed() {
        assertThat(refused("key-provider", "aws-kms", "aws-kms.timeout", "soon"))
                .contains("encryption.aws-kms.key: is required")
                .contains("encryption.aws-kms.timeout");
        assertThat(refused("key-provider", "aws-kms", "aws-kms.key", "alias/kolumn"))
                .contains("encryption.aws-kms.region: is required");
        assertThat(refused("aws-kms.key", "alias/kolumn")).contains("is not local, vault or aws-kms");
        assertThat(refused(
                        "key-provider",
                        "aws-kms",
                        "aws-kms.key",
                        "my key",
                        "aws-kms.region",
                        "EU",
                        "aws-kms.endpoint",
                        "kms.example.org",
                        "aws-kms.access-key",
                        "AK",
                        "aws-kms.session-token",
                        SECRET,
                        "aws-kms.profile",
                        "me",
                        "aws-kms.previous-keys",
                        KMS_KEY + ",alias/old"))
                .contains("encryption.aws-kms.key=my key: is neither")
                .contains("encryption.aws-kms.region=EU: is not a name of a region")
                .contains("encryption.aws-kms.endpoint=kms.example.org: is not an address")
                .contains("encryption.aws-kms.access-key=AK: is given without secret-key")
                .contains("encryption.aws-kms.profile=me: is given together with access-key")
                .contains("encryption.aws-kms.previous-keys=" + KMS_KEY + ",alias/old: is not a list of ARNs");
        assertThat(refused("key-provider", "aws-kms", "aws-kms.key", KMS_KEY, "aws-kms.region", "us-east-1"))
                .contains("encryption.aws-kms.region=us-east-1: is not that of the key, which is in eu-central-1");
        assertThat(refused("key-provider", "aws-kms", "aws-kms.key", KMS_KEY, "aws-kms.secret-key", SECRET))
                .contains("encryption.aws-kms.secret-key: is given without access-key");
        assertThat(refused("key-provider", "aws-kms", "aws-kms.key", KMS_KEY, "aws-kms.session-token", SECRET))
                .contains("encryption.aws-kms.session-token: is given without access-key and secret-key");
    }

    @Test
    void kmsIsNotAskedBeforeItIsNeeded() {
        ServiceConfig config = read(
                "key-provider",
                "aws-kms",
                "aws-kms.key",
                KMS_KEY,
                "aws-kms.endpoint",
                "http://127.0.0.1:1",
                "aws-kms.access-key",
                "AK",
                "aws-kms.secret-key",
                SECRET,
                "aws-kms.previous-keys",
                KMS_KEY.replace("123456789012", "999999999999"));

        StateStore store = config.encryption().before(new MemoryStore(), Clock.systemUTC());

        assertThat(store).isInstanceOf(EncryptedStore.class);
        assertThat(store.check()).matches(check -> check.canRead() && !check.canWrite());
        assertThat(store.check().problem())
                .contains(KMS_KEY)
                .contains("cannot be reached")
                .doesNotContain(SECRET);
        assertThat(config.service().toString()).doesNotContain(SECRET);
        store.close();
    }

    @Test
    void vaultIsNotAskedBeforeItIsNeeded() {
        ServiceConfig config = read(
                "key-provider",
                "vault",
                "vault.address",
                "http://127.0.0.1:1",
                "vault.key",
                "kolumn",
                "vault.token",
                "hvs.x");

        StateStore store = config.encryption().before(new MemoryStore(), Clock.systemUTC());

        assertThat(store.check()).matches(check -> check.canRead() && !check.canWrite());
        assertThat(store.check().problem()).contains("does not answer").doesNotContain("hvs.");
        assertThat(config.service().toString()).doesNotContain("hvs.");
        store.close();
    }
}
