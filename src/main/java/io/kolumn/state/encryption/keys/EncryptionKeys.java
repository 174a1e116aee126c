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
                            "Whether to encrypt new documents. Encrypted documents are always decrypted.")
                    .withDefault("true"),
            ConfigKey.choice(
                            "encryption.plain",
                            List.of("read", "refuse"),
                            "Whether to read documents written before encryption, or to refuse them once all are encrypted.")
                    .withDefault("read"),
            ConfigKey.choice(
                            "encryption.compression",
                            List.of("none", "gzip"),
                            "Compression before encryption. An encrypted document cannot be compressed by the storage.")
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
                    "File of keys, one line name=base64 for each. The first wraps, all unwrap. Read again when it changes."),
            ConfigKey.of(
                            "encryption.local.keys",
                            ConfigKey.Type.TEXT,
                            "The same lines without a file, separated by commas.")
                    .confidential(),
            ConfigKey.of(
                    "encryption.vault.address",
                    ConfigKey.Type.TEXT,
                    "URL of Vault, such as https://vault.example.org:8200."),
            ConfigKey.of("encryption.vault.mount", ConfigKey.Type.TEXT, "Mount path of the transit engine.")
                    .withDefault("transit"),
            ConfigKey.of(
                    "encryption.vault.key", ConfigKey.Type.TEXT, "Name of the wrapping key, of type aes256-gcm96."),
            ConfigKey.of("encryption.vault.token", ConfigKey.Type.TEXT, "Token for Vault.")
                    .confidential(),
            ConfigKey.of(
                    "encryption.vault.token_file",
                    ConfigKey.Type.PATH,
                    "File with the token instead, which an agent can renew."),
            ConfigKey.of("encryption.vault.namespace", ConfigKey.Type.TEXT, "Namespace of Vault Enterprise."),
            ConfigKey.of("encryption.vault.timeout", ConfigKey.Type.DURATION, "Timeout for requests to Vault.")
                    .withDefault("5s")
                    .atLeast(1));

    public static final List<ConfigKey> ALL =
            Stream.concat(OWN.stream(), KmsConfig.KEYS.stream()).toList();

    private EncryptionKeys() {}
}
