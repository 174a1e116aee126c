package io.kolumn.state.backend;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.encryption.keys.EncryptionKeys;
import io.kolumn.state.store.CachingStore;
import io.kolumn.state.store.StoreProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The checked configuration of a backend: its type of storage, and what is said of the rules, the cache and encryption.
 *
 * @param provider the type of storage
 * @param store the values of its keys
 * @param values the values of {@link #KEYS} and of the keys of encryption; there may be more
 */
public record BackendConfig(StoreProvider provider, StoreConfig store, StoreConfig values) {

    private static final String PREFIX = "kolumn.state.";

    /** The keys of a backend, whatever its storage; those of encryption have a table of their own. */
    public static final List<ConfigKey> KEYS = List.of(
            ConfigKey.of("backend", ConfigKey.Type.TEXT, "Type of the storage.").withDefault("local"),
            ConfigKey.of(
                            "cache.size",
                            ConfigKey.Type.SIZE,
                            "Memory for recently used contents of versions, at most a quarter of the heap; 0 for none.")
                    .withDefault("64M"),
            ConfigKey.integer(
                            "retention.sessions",
                            1,
                            1_000_000,
                            "Lock sessions to keep for each state. The newest keeps all its versions, an older one its last.")
                    .withDefault("100")
                    .formerly("retention.versions"),
            ConfigKey.of(
                            "retention.age",
                            ConfigKey.Type.DURATION,
                            "How long to keep a version after it was superseded; unlimited if not set.")
                    .atLeast(1),
            ConfigKey.integer(
                            "quarantine.max_documents",
                            0,
                            10_000,
                            "Rejected documents of lock holders to keep for each state.")
                    .withDefault("20")
                    .formerly("quarantine.keep"),
            ConfigKey.of(
                            "lock.max_clock_skew",
                            ConfigKey.Type.DURATION,
                            "How long an expired lease still excludes others.")
                    .withDefault("5s"),
            ConfigKey.of(
                            "lock.force_unlock",
                            ConfigKey.Type.BOOLEAN,
                            "Whether a lock can be broken without its id, as terraform force-unlock does.")
                    .withDefault("true"),
            ConfigKey.of(
                            "moved.keep",
                            ConfigKey.Type.DURATION,
                            "How long the old address of a moved state answers with the new one. Afterwards the name is free.")
                    .withDefault("100d")
                    .atLeast(60_000));

    /** {@link #KEYS} and those of encryption. */
    public static final KeyTable TABLE = new KeyTable(
            PREFIX, Stream.concat(KEYS.stream(), EncryptionKeys.ALL.stream()).toList());

    /**
     * Reads a configuration as a whole.
     *
     * @param config by names without {@code kolumn.state.}, such as {@code backend}, {@code local.path} and
     *     {@code retention.sessions}
     * @throws Configuration with every problem there is
     */
    public static BackendConfig of(BackendFactory factory, Map<String, String> config) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        config.forEach((name, value) -> {
            String other = given.put(KeyTable.canonical(name), value);
            if (other != null && !other.equals(value)) {
                problems.add(
                        new Problem(PREFIX + name, null, "is given twice, in two spellings, with different values"));
            }
            problems.addAll(unknown(factory, KeyTable.canonical(name)));
        });
        return of(factory, given, problems);
    }

    /** As {@link #of(BackendFactory, Map)}, of canonical names, beside other problems. */
    public static BackendConfig of(BackendFactory factory, Map<String, String> canonical, List<Problem> problems) {
        StoreConfig values = TABLE.check(canonical, problems);
        problems.addAll(EncryptionConfig.problems(values));
        StoreProvider provider = provider(factory, values.text("backend").orElse(""), problems);
        StoreConfig store = store(provider, canonical, problems);
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        return new BackendConfig(provider, store, values);
    }

    private static StoreProvider provider(BackendFactory factory, String type, List<Problem> problems) {
        return factory.type(type).orElseThrow(() -> {
            problems.add(factory.unknownType(PREFIX + "backend", type));
            return new Configuration(problems);
        });
    }

    private static StoreConfig store(StoreProvider provider, Map<String, String> given, List<Problem> problems) {
        String prefix = KeyTable.canonical(provider.type()) + ".";
        Map<String, String> own = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), value);
            }
        });
        int before = problems.size();
        StoreConfig store = BackendFactory.table(provider).check(own, problems);
        if (problems.size() == before) {
            problems.addAll(provider.problems(store));
        }
        return store;
    }

    /** The problem of a canonical name that is neither a key of a backend nor one of a type of storage; none if it is. */
    public static List<Problem> unknown(BackendFactory factory, String name) {
        for (StoreProvider type : factory.types()) {
            String prefix = KeyTable.canonical(type.type()) + ".";
            if (name.startsWith(prefix)) {
                return BackendFactory.table(type).unknown(Set.of(name.substring(prefix.length())));
            }
        }
        return TABLE.unknown(Set.of(name));
    }

    public BackendSettings settings() {
        BackendSettings defaults = BackendSettings.defaults();
        return new BackendSettings(
                sessions(),
                values.duration("retention.age").orElse(null),
                values.duration("lock.max_clock_skew").orElse(Duration.ZERO),
                (int) values.number("quarantine.max_documents"),
                defaults.maxQuarantinedSize(),
                values.flag("lock.force_unlock"),
                values.duration("moved.keep").orElse(defaults.movedKept()));
    }

    /** What was set wins over a default; of two that were set, the storage's own key. */
    private int sessions() {
        boolean general = values.isGiven("retention.sessions");
        return (int) provider.sessionsKey()
                .filter(key -> store.isGiven(key) || !general)
                .map(store::number)
                .orElseGet(() -> values.number("retention.sessions"))
                .longValue();
    }

    /** In bytes; never more than a quarter of the heap. */
    public long cacheSize() {
        return Math.min(values.size("cache.size"), Runtime.getRuntime().maxMemory() / 4);
    }

    public EncryptionConfig encryption() {
        return new EncryptionConfig(values);
    }

    /** A backend of one's own, with its own pool or client, which go when it is closed. */
    public StateBackend open() {
        return over(provider.open(store), Clock.systemUTC(), operation -> {}, CallerSource.open());
    }

    /**
     * The backend of an application: over a store of the configured storage, with encryption, cache and rules as configured.
     *
     * @param opened by the {@link #provider}; the backend closes it when it is closed
     */
    public StateBackend over(StateStore opened, Clock clock, OperationListener listener, CallerSource guard) {
        StateStore plain = encryption().before(opened, clock);
        StateStore cached = cacheSize() > 0 ? new CachingStore(plain, cacheSize()) : plain;
        return new StateBackend(cached, clock, settings(), listener, guard);
    }
}
