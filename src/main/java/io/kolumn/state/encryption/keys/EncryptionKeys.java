package io.kolumn.state.encryption.keys;

import io.kolumn.state.config.ConfigKey;
import java.util.List;
import java.util.stream.Stream;

/** The keys of the configuration about encryption; that of a key never leaves it. */
public final class EncryptionKeys {

    private static final List<ConfigKey> OWN = List.of(
            ConfigKey.choice(
                            "encryption.key_provider",
                            List.of("local", "vault", "aws-kms"),
                            "Source of the encryption keys. Documents are neither encrypted nor decrypted if not set.")
                    .formerly("encryption.keys"),
            ConfigKey.of(
                            "encryption.write",
                            ConfigKey.Type.BOOLEAN,
                            "Whether new documents are encrypted; if not, encrypted ones are still read.")
                    .withDefault("true"),
            ConfigKey.choice(
                            "encryption.plain",
                            List.of("read", "refuse"),
                            "What to do with a document from before encryption: read it, or refuse it once all are encrypted.")
                    .withDefault("read"),
            ConfigKey.choice(
                            "encryption.compression",
                            List.of("none", "gzip"),
                            "How documents are made smaller before they are encrypted: afterwards no storage can.")
                    .withDefault("none"),
            ConfigKey.of(
                            "encryption.data_key_cache_ttl",
                            ConfigKey.Type.DURATION,
                            "How long the unwrapped key of a state stays in memory.")
                    .withDefault("5m")
                    .atLeast(1)
                    .formerly("encryption.keys_kept"),
            ConfigKey.of(
                    "encryption.local.file",
                    ConfigKey.Type.PATH,
                    "A file of keys, a line name=base64 for each; the first wraps, all unwrap. Read again when it changes."),
            ConfigKey.of("encryption.local.keys", ConfigKey.Type.TEXT, "The same keys without a file, between commas.")
                    .confidential(),
            ConfigKey.of(
                    "encryption.vault.address",
                    ConfigKey.Type.TEXT,
                    "Where Vault answers, such as https://vault.example.org:8200."),
            ConfigKey.of(
                            "encryption.vault.mount",
                            ConfigKey.Type.TEXT,
                            "The path at which its transit engine is mounted.")
                    .withDefault("transit"),
            ConfigKey.of(
                    "encryption.vault.key", ConfigKey.Type.TEXT, "The key there that wraps, of type aes256-gcm96."),
            ConfigKey.of("encryption.vault.token", ConfigKey.Type.TEXT, "The token to ask Vault with.")
                    .confidential(),
            ConfigKey.of(
                    "encryption.vault.token_file",
                    ConfigKey.Type.PATH,
                    "A file with the token instead, which an agent may renew."),
            ConfigKey.of("encryption.vault.namespace", ConfigKey.Type.TEXT, "The namespace, of Vault Enterprise."),
            ConfigKey.of("encryption.vault.timeout", ConfigKey.Type.DURATION, "How long Vault may take to answer.")
                    .withDefault("5s")
                    .atLeast(1));

    public static final List<ConfigKey> ALL =
            Stream.concat(OWN.stream(), KmsConfig.KEYS.stream()).toList();

    private EncryptionKeys() {}
}
