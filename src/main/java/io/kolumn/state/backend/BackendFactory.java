package io.kolumn.state.backend;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.store.StoreProvider;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Creates backends of all types of storage, the built-in and the registered ones. In a Quarkus application it is a
 * bean with every {@link StoreProvider} bean; elsewhere use {@link #withBuiltIns()}. Types match by name or alias in
 * any case, keys as {@code backup_count} or {@code backup-count}. Safe for use by many threads.
 */
public final class BackendFactory {

    /** Immutable. */
    private record Types(Map<String, StoreProvider> providers, Map<String, String> aliases) {

        Types with(StoreProvider provider) {
            Types next = new Types(new TreeMap<>(providers), new TreeMap<>(aliases));
            String type = provider.type();
            if (!type.matches("[a-z][a-z0-9_-]*")) {
                throw new IllegalStateException("Not a name of a type: '" + type + "' of "
                        + provider.getClass().getName());
            }
            StoreProvider other = next.providers.put(type, provider);
            if (other != null || next.aliases.containsKey(type)) {
                throw twice("type", type, other == null ? providers.get(aliases.get(type)) : other, provider);
            }
            for (String alias : provider.aliases()) {
                String taken = next.aliases.put(alias, type);
                if (taken != null || next.providers.containsKey(alias)) {
                    throw twice("alias", alias, next.providers.get(taken == null ? alias : taken), provider);
                }
            }
            return next;
        }

        private static IllegalStateException twice(
                String what, String name, @Nullable StoreProvider one, StoreProvider other) {
            return new IllegalStateException("Two providers of the " + what + " '" + name + "': "
                    + (one == null ? "?" : one.getClass().getName()) + " and "
                    + other.getClass().getName());
        }
    }

    private volatile Types types = new Types(Map.of(), Map.of());

    /** @throws IllegalStateException if two of them have the same type or alias */
    public BackendFactory(Iterable<? extends StoreProvider> all) {
        all.forEach(this::add);
    }

    /**
     * Returns a factory with the built-in types and all providers of the {@link ServiceLoader}, for programs without
     * CDI.
     */
    public static BackendFactory withBuiltIns() {
        return new BackendFactory(ServiceLoader.load(StoreProvider.class));
    }

    /**
     * Returns a factory of these types and of those that {@link #withBuiltIns()} finds. A registered provider whose class one of
     * these has, or inherits from, is that one.
     *
     * @param beans the providers of a container
     */
    public static BackendFactory withBuiltIns(Iterable<? extends StoreProvider> beans) {
        BackendFactory factory = new BackendFactory(beans);
        List<StoreProvider> known = factory.types();
        for (StoreProvider found : ServiceLoader.load(StoreProvider.class)) {
            if (known.stream().noneMatch(found.getClass()::isInstance)) {
                factory.add(found);
            }
        }
        return factory;
    }

    /**
     * Registers a type.
     *
     * @param type the name of the type, as the provider has it
     * @throws IllegalStateException if the type or one of its aliases exists already
     */
    public void register(String type, StoreProvider provider) {
        if (!type.equals(provider.type())) {
            throw new IllegalArgumentException(
                    provider.getClass().getName() + " is of the type '" + provider.type() + "', not '" + type + "'");
        }
        add(provider);
    }

    private synchronized void add(StoreProvider provider) {
        types = types.with(provider);
    }

    /** Returns all types, sorted by name. */
    public List<StoreProvider> types() {
        return List.copyOf(types.providers().values());
    }

    /** Returns the type with this name or alias in any case, or empty if there is none. */
    public Optional<StoreProvider> type(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        Types now = types;
        return Optional.ofNullable(now.providers().get(now.aliases().getOrDefault(wanted, wanted)));
    }

    /** Returns whether there is a type with this name or alias. */
    public boolean isAvailable(String type) {
        return type(type).isPresent();
    }

    /**
     * Returns the canonical name of a type: {@code " PostgreSQL "} is {@code postgres}.
     *
     * @throws Configuration if there is no such type; the message lists the types
     */
    public String parseType(String written) {
        return provider(written).type();
    }

    /**
     * Returns the keys with a default, and their defaults.
     *
     * @throws Configuration if there is no such type
     */
    public Map<String, String> defaults(String type) {
        Map<String, String> defaults = new LinkedHashMap<>();
        for (ConfigKey key : provider(type).keys()) {
            if (key.defaultValue() != null) {
                defaults.put(key.name(), key.defaultValue());
            }
        }
        return defaults;
    }

    /**
     * Returns the required keys.
     *
     * @throws Configuration if there is no such type
     */
    public List<String> required(String type) {
        return provider(type).keys().stream()
                .filter(key -> key.required() && key.defaultValue() == null)
                .map(ConfigKey::name)
                .toList();
    }

    /**
     * Checks a whole configuration without opening anything.
     *
     * @return all problems; empty if it is valid
     * @throws Configuration if there is no such type
     */
    public List<Problem> validate(String type, Map<String, String> config) {
        List<Problem> problems = new ArrayList<>();
        check(type, config, problems);
        return problems;
    }

    /**
     * Returns the values of a configuration with defaults.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StoreConfig checked(String type, Map<String, String> config) {
        List<Problem> problems = new ArrayList<>();
        StoreConfig values = check(type, config, problems);
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        return values;
    }

    /**
     * Creates a backend with default settings. It has its own pool or client, which closing it releases. An
     * unavailable storage is not an error here, but of the backend's methods.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateBackend create(String type, Map<String, String> config) {
        return create(type, config, EncryptionConfig.none());
    }

    /**
     * Creates a backend that encrypts and decrypts documents as configured.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateBackend create(String type, Map<String, String> config, EncryptionConfig encryption) {
        StoreConfig store = checked(type, config);
        return backend(provider(type), store, provider(type).open(store), encryption);
    }

    /**
     * Creates a backend for reading only: see {@link StoreProvider#openToRead}.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateBackend createToRead(String type, Map<String, String> config, EncryptionConfig encryption) {
        StoreConfig store = checked(type, config);
        return backend(provider(type), store, provider(type).openToRead(store), encryption);
    }

    private static StateBackend backend(
            StoreProvider provider, StoreConfig store, StateStore opened, EncryptionConfig encryption) {
        BackendSettings defaults = BackendSettings.defaults();
        BackendSettings settings = provider.sessionsKey()
                .map(key -> defaults.keeping((int) store.number(key), defaults.keptAge()))
                .orElse(defaults);
        Clock clock = Clock.systemUTC();
        return new StateBackend(encryption.before(opened, clock), clock, settings);
    }

    /**
     * Opens a store without any rules, for maintenance of keys or files.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateStore open(String type, Map<String, String> config) {
        return provider(type).open(checked(type, config));
    }

    /** Opens a store for reading only. */
    public StateStore openToRead(String type, Map<String, String> config) {
        return provider(type).openToRead(checked(type, config));
    }

    private StoreConfig check(String type, Map<String, String> config, List<Problem> problems) {
        StoreProvider provider = provider(type);
        KeyTable table = table(provider);
        problems.addAll(table.unknown(config.keySet()));
        Map<String, String> canonical = new LinkedHashMap<>();
        config.forEach((name, value) -> {
            String other = canonical.put(KeyTable.canonical(name), value);
            if (other != null && !other.equals(value)) {
                problems.add(new Problem(name, null, "is given twice, in two spellings, with different values"));
            }
        });
        StoreConfig values = table.check(canonical, problems);
        if (problems.isEmpty()) {
            problems.addAll(provider.problems(values));
        }
        return values;
    }

    private StoreProvider provider(String type) {
        return type(type).orElseThrow(() -> new Configuration(List.of(unknownType("type", type))));
    }

    /** Returns the problem of an unknown type, with the known types and the nearest one. */
    public Problem unknownType(String key, String type) {
        Types now = types;
        return new Problem(
                key,
                type,
                "is not a type of storage; there are "
                        + String.join(", ", now.providers().keySet()) + " (and aliases "
                        + String.join(", ", now.aliases().keySet()) + ")");
    }

    /** Returns the keys of a type, including those for files of its secrets. */
    public static List<ConfigKey> keys(StoreProvider provider) {
        return table(provider).keys();
    }

    /** Returns the keys of a type with their prefix. */
    public static KeyTable table(StoreProvider provider) {
        return new KeyTable("kolumn.state." + provider.type() + ".", provider.keys());
    }
}
