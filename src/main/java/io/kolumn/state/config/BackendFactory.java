package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The types of storage that this program has: the built-in ones and those that somebody added. */
public final class BackendFactory {

    private final Map<String, StoreProvider> providers = new TreeMap<>();
    private final Map<String, String> aliases = new TreeMap<>();

    /** @throws IllegalStateException if two of them have the same type */
    public BackendFactory(Iterable<StoreProvider> all) {
        for (StoreProvider provider : all) {
            StoreProvider other = providers.put(provider.type(), provider);
            if (other != null) {
                throw new IllegalStateException("Two providers of the type '" + provider.type() + "': "
                        + other.getClass().getName() + " and "
                        + provider.getClass().getName());
            }
            provider.aliases().forEach(alias -> aliases.put(alias, provider.type()));
        }
    }

    /** All types, in the order of their names. */
    public List<StoreProvider> types() {
        return List.copyOf(providers.values());
    }

    /** The type of this name or alias, whatever its case; empty if there is none. */
    public Optional<StoreProvider> type(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(providers.get(aliases.getOrDefault(wanted, wanted)));
    }

    /**
     * Checks a configuration, given as {@code backup_count} or {@code backup-count}, as a whole.
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

    private StoreConfig check(String type, Map<String, String> config, List<Problem> problems) {
        StoreProvider provider = type(type).orElseThrow(() -> new Configuration(List.of(unknownType("type", type))));
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

    Problem unknownType(String key, String type) {
        return new Problem(
                key,
                type,
                "is not a type of storage; there are " + String.join(", ", providers.keySet()) + " (and aliases "
                        + String.join(", ", aliases.keySet()) + ")");
    }

    static KeyTable table(StoreProvider provider) {
        return new KeyTable("kolumn.state." + provider.type() + ".", provider.keys());
    }
}
