package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.Compression;
import io.kolumn.state.encryption.EncryptedStore;
import io.kolumn.state.encryption.EncryptionSettings;
import io.kolumn.state.encryption.KeyProvider;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the configuration says of encryption. Never shows a key or a token. */
public final class EncryptionConfig {

    private static final String PREFIX = "kolumn.state.";
    private static final String PROVIDER = "encryption.key_provider";
    private static final String PROVIDER_KEY = PREFIX + "encryption.key-provider";
    private static final String FILE = "encryption.local.file";
    private static final String TEXT = "encryption.local.keys";
    private static final String ADDRESS = "encryption.vault.address";
    private static final String MOUNT = "encryption.vault.mount";
    private static final String KEY = "encryption.vault.key";
    private static final String TOKEN = "encryption.vault.token";
    private static final String TOKEN_FILE = "encryption.vault.token_file";

    /** The keys of its part of the configuration. */
    public static final KeyTable TABLE = new KeyTable(PREFIX, EncryptionKeys.ALL);

    private final StoreConfig service;

    /** Of values in which {@link #problems} found nothing. */
    public EncryptionConfig(StoreConfig service) {
        this.service = service;
    }

    /** Without keys: nothing is encrypted, and nothing that is can be read. */
    public static EncryptionConfig none() {
        return of(Map.of());
    }

    /**
     * For programs without the application's configuration.
     *
     * @param config by names without {@code kolumn.state.}, such as {@code encryption.key-provider}
     * @throws Configuration with everything that is wrong
     */
    public static EncryptionConfig of(Map<String, String> config) {
        List<Problem> problems = TABLE.unknown(config.keySet());
        Map<String, String> canonical = new LinkedHashMap<>();
        config.forEach((name, value) -> canonical.put(KeyTable.canonical(name), value));
        return of(canonical, problems);
    }

    /** As {@link #of(Map)}, of canonical names, beside other problems. */
    public static EncryptionConfig of(Map<String, String> canonical, List<Problem> problems) {
        StoreConfig values = TABLE.check(canonical, problems);
        if (problems.isEmpty()) {
            problems.addAll(problems(values));
        }
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        return new EncryptionConfig(values);
    }

    /** What is wrong with values that are each right by themselves; a file of keys is read. */
    public static List<Problem> problems(StoreConfig service) {
        List<Problem> problems = new ArrayList<>();
        if (service.text("encryption.plain").filter("refuse"::equals).isPresent()
                && service.text("encryption.write")
                        .filter("false"::equalsIgnoreCase)
                        .isPresent()) {
            problems.add(problem(
                    "encryption.plain",
                    "is refuse, but " + PREFIX + "encryption.write is false: written documents could not be read"));
        }
        switch (service.text(PROVIDER).orElse("")) {
            case "local" -> local(service, problems);
            case "vault" -> vault(service, problems);
            case "aws-kms" -> problems.addAll(KmsConfig.problems(service));
            default -> {
                for (String key : List.of(FILE, TEXT, ADDRESS, KEY, TOKEN, TOKEN_FILE, KmsConfig.KEY)) {
                    if (service.isGiven(key)) {
                        problems.add(problem(key, "is given, and " + PROVIDER_KEY + " is not local, vault or aws-kms"));
                    }
                }
            }
        }
        return problems;
    }

    private static Problem problem(String key, String message) {
        return new Problem(PREFIX + key.replace('_', '-'), null, message);
    }

    private static void local(StoreConfig service, List<Problem> problems) {
        boolean file = service.isGiven(FILE);
        if (file == service.isGiven(TEXT)) {
            problems.add(problem(FILE, "or " + PREFIX + TEXT + " is required. Give one of them"));
            return;
        }
        try {
            var _ = localKeys(service);
        } catch (Invalid e) {
            problems.add(problem(file ? FILE : TEXT, "is wrong: " + e.getMessage()));
        }
    }

    private static void vault(StoreConfig service, List<Problem> problems) {
        for (String key : List.of(ADDRESS, KEY)) {
            if (!service.isGiven(key)) {
                problems.add(problem(key, "is required where " + PROVIDER_KEY + "=vault"));
            }
        }
        if (service.isGiven(TOKEN) == service.isGiven(TOKEN_FILE)) {
            problems.add(problem(TOKEN, "or " + PREFIX + "encryption.vault.token-file is required. Give one of them"));
        }
        service.text(ADDRESS)
                .filter(address -> !address.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[A-Za-z0-9._/-]*)?"))
                .ifPresent(address -> problems.add(problem(ADDRESS, "must be an address such as https://vault:8200")));
        service.text(MOUNT)
                .filter(mount -> !mount.matches("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*"))
                .ifPresent(mount -> problems.add(problem(MOUNT, "must be a path such as transit")));
        service.text(KEY)
                .filter(key -> !key.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"))
                .ifPresent(key ->
                        problems.add(problem(KEY, "must be a name of letters, digits, dots, dashes and underscores")));
    }

    /**
     * A new key, as a line of the file that {@code kolumn.state.encryption.local.file} names.
     *
     * @throws Invalid if no key can have the name
     */
    public static String newLocalKey(String name) {
        return LocalKeys.generate(name);
    }

    /** Whether there are keys, so that encrypted documents can be read. */
    public boolean on() {
        return service.text(PROVIDER).isPresent();
    }

    /** Returns where the keys come from, such as {@code vault}; empty if there are none. */
    public Optional<String> provider() {
        return service.text(PROVIDER);
    }

    /** Returns the values of the provider's own configuration by their names, such as {@code vault.key}, without secrets. */
    public Map<String, String> shown() {
        String own = "encryption." + provider().orElse("").replace('-', '_') + ".";
        Map<String, String> shown = new LinkedHashMap<>();
        EncryptionKeys.ALL.stream()
                .filter(key -> key.name().startsWith(own) && !key.secret())
                .forEach(key -> service.text(key.name())
                        .ifPresent(value -> shown.put(
                                key.name().substring("encryption.".length()).replace('_', '-'), key.shown(value))));
        return shown;
    }

    /** Whether new documents are encrypted. */
    public boolean writes() {
        return on() && service.flag("encryption.write");
    }

    /** The store itself, or one before it that encrypts and decrypts; closing that one closes both and the keys. */
    public StateStore before(StateStore store, Clock clock) {
        return keys(clock)
                .<StateStore>map(keys -> new EncryptedStore(store, keys, settings(), clock))
                .orElse(store);
    }

    /** The keys, newly opened; empty if there are none. */
    public Optional<KeyProvider> keys(Clock clock) {
        return service.text(PROVIDER).map(kind -> switch (kind) {
            case "local" -> localKeys(service);
            case "vault" -> new VaultKeys(vaultSettings(), clock);
            default -> new KmsKeys(KmsConfig.settings(service), clock);
        });
    }

    private EncryptionSettings settings() {
        return new EncryptionSettings(
                service.flag("encryption.write"),
                service.text("encryption.plain").orElseThrow().equals("read"),
                Compression.valueOf(
                        service.text("encryption.compression").orElseThrow().toUpperCase(Locale.ROOT)),
                service.duration("encryption.data_key_cache_ttl").orElseThrow());
    }

    private static LocalKeys localKeys(StoreConfig service) {
        Optional<Path> file = service.path(FILE);
        return file.isPresent()
                ? LocalKeys.at(file.get())
                : LocalKeys.of(service.text(TEXT).orElseThrow());
    }

    private VaultSettings vaultSettings() {
        return new VaultSettings(
                URI.create(service.text(ADDRESS).orElseThrow()),
                service.text(MOUNT).orElseThrow(),
                service.text(KEY).orElseThrow(),
                service.text(TOKEN).orElse(null),
                service.path(TOKEN_FILE).orElse(null),
                service.text("encryption.vault.namespace").orElse(null),
                service.duration("encryption.vault.timeout").orElse(Duration.ofSeconds(5)));
    }
}
