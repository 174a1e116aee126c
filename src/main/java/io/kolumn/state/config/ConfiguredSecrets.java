package io.kolumn.state.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of a storage that a command names, out of the configuration, so that they stand in no list of processes: those
 * for one side of a command ({@code KOLUMN_FROM_PASSWORD}, {@code KOLUMN_TO_PASSWORD}), or else those of the type
 * ({@code KOLUMN_STATE_POSTGRES_PASSWORD}), each also as the name of a file ({@code ..._PASSWORD_FILE}). A storage that is
 * named by its type alone is the one of the configuration.
 */
public final class ConfiguredSecrets {

    /** No secret itself, and of no use with another's. */
    private static final String ID = "access_key";

    /** Brings secrets of its own. */
    private static final String PROFILE = "profile";

    private final @Nullable Config config;

    public ConfiguredSecrets(Config config) {
        this.config = config;
    }

    private ConfiguredSecrets() {
        this.config = null;
    }

    /** Where there is no configuration. */
    public static ConfiguredSecrets none() {
        return new ConfiguredSecrets();
    }

    /**
     * The settings with the secrets that they lack.
     *
     * @param side {@code from} or {@code to}; empty for a command that has one storage
     * @param type of the storage, by its own name
     * @param keys of the type
     */
    public Map<String, String> added(String side, String type, List<ConfigKey> keys, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        Set<String> given = settings.keySet().stream().map(KeyTable::canonical).collect(Collectors.toSet());
        if (config != null && !given.contains(PROFILE)) {
            for (String prefix : side.isEmpty() ? List.of(type(type)) : List.of("kolumn." + side + ".", type(type))) {
                add(prefix, keys, given, settings, all);
            }
        }
        return all;
    }

    /**
     * The settings of a storage that is named without its place, such as {@code --backend local}: what the configuration says
     * of this type, and these before it. Settings that name a place are that storage's own.
     *
     * @param type of the storage, by its own name
     * @param keys of the type, the first and the required ones being those of its place
     */
    public Map<String, String> placed(String type, List<ConfigKey> keys, Map<String, String> settings) {
        Set<String> given = settings.keySet().stream().map(KeyTable::canonical).collect(Collectors.toSet());
        boolean placed = keys.stream()
                .anyMatch(key -> given.contains(key.name()) && (key.required() || key.equals(keys.getFirst())));
        if (config == null || placed) {
            return settings;
        }
        Map<String, String> all = new LinkedHashMap<>(settings);
        Set<String> secrets = keys.stream()
                .filter(ConfigKey::secret)
                .flatMap(key -> Stream.of(key.name(), key.name() + ConfigKey.FILE))
                .collect(Collectors.toSet());
        for (ConfigKey key : keys) {
            if (!secrets.contains(key.name()) && !given.contains(key.name())) {
                value(type(type), key.name()).ifPresent(value -> all.put(key.name(), value));
            }
        }
        return all;
    }

    private static String type(String type) {
        return "kolumn.state." + type + ".";
    }

    private void add(
            String prefix,
            List<ConfigKey> keys,
            Set<String> given,
            Map<String, String> settings,
            Map<String, String> all) {
        Optional<ConfigKey> id =
                keys.stream().filter(key -> key.name().equals(ID)).findFirst();
        String configured = id.flatMap(key -> value(prefix, key.name())).orElse(null);
        if (configured != null && given.contains(ID) && !settings.containsValue(configured)) {
            return;
        }
        boolean any = false;
        for (ConfigKey key : keys) {
            if (key.secret() && !has(all, key.name())) {
                any |= put(all, key.name(), value(prefix, key.name()))
                        || put(all, key.name() + ConfigKey.FILE, value(prefix, key.name() + ConfigKey.FILE));
            }
        }
        if (any && configured != null && !has(all, ID)) {
            all.put(ID, configured);
        }
    }

    private static boolean has(Map<String, String> all, String name) {
        return all.keySet().stream()
                .map(KeyTable::canonical)
                .anyMatch(key -> key.equals(name) || key.equals(name + ConfigKey.FILE));
    }

    private static boolean put(Map<String, String> all, String name, Optional<String> value) {
        value.ifPresent(secret -> all.put(name, secret));
        return value.isPresent();
    }

    private Optional<String> value(String prefix, String name) {
        Optional<String> value = found(prefix + name.replace('_', '-'));
        return value.isPresent() ? value : found(prefix + name);
    }

    private Optional<String> found(String property) {
        return config == null ? Optional.empty() : config.getOptionalValue(property, String.class);
    }
}
