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
 * The types of storage that this program has, the built-in ones and those that somebody added, and backends made of them.
 * In a Quarkus application it is a bean that knows every {@link StoreProvider} bean, too; elsewhere {@link #withBuiltIns()}
 * makes one. A type may be named by an alias and in any case, and a key as {@code backup_count} or {@code backup-count}. Safe for
 * use by many threads.
 */
public final class BackendFactory {

    /** Never changed once it is published. */
    private record Types(Map<String, StoreProvider> providers, Map<String, String> aliases) {

        Types with(StoreProvider provider) {
            Types next = new Types(new TreeMap<>(providers), new TreeMap<>(aliases));
            String type = provider.type();
            if (!type.matches("[a-z][a-z0-9_-]*")) {
                throw new IllegalStateException("Not the name of a type: '" + type + "' of "
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

    /** The built-in types and whatever other providers are registered with {@link ServiceLoader}, for programs without CDI. */
    public static BackendFactory withBuiltIns() {
        return new BackendFactory(ServiceLoader.load(StoreProvider.class));
    }

    /**
     * These types, and beside them what {@link #withBuiltIns()} finds. A registered provider whose class one of these has, or
     * inherits from, is that one.
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
     * Adds a type, which then takes part in everything, as one that was there from the start.
     *
     * @param type the provider's own name of it
     * @throws IllegalStateException if the type or one of its aliases is there already
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

    /** All types, in the order of their names. */
    public List<StoreProvider> types() {
        return List.copyOf(types.providers().values());
    }

    /** The type of this name or alias, whatever its case; empty if there is none. */
    public Optional<StoreProvider> type(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        Types now = types;
        return Optional.ofNullable(now.providers().get(now.aliases().getOrDefault(wanted, wanted)));
    }

    /** Whether there is a type of this name or alias. */
    public boolean isAvailable(String type) {
        return type(type).isPresent();
    }

    /**
     * The type's own name for what somebody wrote: {@code " PostgreSQL "} is {@code postgres}.
     *
     * @throws Configuration if there is no such type; the message names those that there are
     */
    public String parseType(String written) {
        return provider(written).type();
    }

    /**
     * The keys that have a default, with it.
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
     * The keys that must be given.
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
     * Checks a configuration as a whole, without opening anything.
     *
     * @return all its problems; empty if it is right
     * @throws Configuration if there is no such type
     */
    public List<Problem> validate(String type, Map<String, String> config) {
        List<Problem> problems = new ArrayList<>();
        check(type, config, problems);
        return problems;
    }

    /**
     * The values of a configuration, with defaults filled in.
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
     * A backend of one's own with the rules' defaults: with its own pool or client, which go when it is closed. A storage
     * that is away is not an error here; the backend's methods say so.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateBackend create(String type, Map<String, String> config) {
        return create(type, config, EncryptionConfig.none());
    }

    /**
     * As {@link #create(String, Map)}, with documents encrypted, and decrypted, as it is said.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateBackend create(String type, Map<String, String> config, EncryptionConfig encryption) {
        StoreConfig store = checked(type, config);
        return backend(provider(type), store, provider(type).open(store), encryption);
    }

    /**
     * As {@link #create(String, Map, EncryptionConfig)}, for what only reads: see {@link StoreProvider#openToRead}.
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
     * A store of one's own without any rules, as what maintains keys or files needs it.
     *
     * @throws Configuration if there is no such type, or with all problems of the configuration
     */
    public StateStore open(String type, Map<String, String> config) {
        return provider(type).open(checked(type, config));
    }

    /** As {@link #open}, for what only reads. */
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

    /** The problem of a type that no provider has: names the types that there are, and the nearest one. */
    public Problem unknownType(String key, String type) {
        Types now = types;
        return new Problem(
                key,
                type,
                "is not a type of storage; there are "
                        + String.join(", ", now.providers().keySet()) + " (and aliases "
                        + String.join(", ", now.aliases().keySet()) + ")");
    }

    /** The keys of a type, and those of files for its secrets. */
    public static List<ConfigKey> keys(StoreProvider provider) {
        return table(provider).keys();
    }

    /** The keys of a type, under its prefix. */
    public static KeyTable table(StoreProvider provider) {
        return new KeyTable("kolumn.state." + provider.type() + ".", provider.keys());
    }
}
