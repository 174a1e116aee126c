package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration.Problem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Our keys in the configuration of an application, however it spells them. Every key is looked up by its name, since a name in
 * the environment ({@code KOLUMN_STATE_LOCAL_BACKUP_DIR}) cannot be read back into one.
 */
public final class ConfiguredKeys {

    private static final String PREFIX = "kolumn.state.";

    private final Config config;
    private final Map<String, Set<String>> spelled;

    public ConfiguredKeys(Config config) {
        this.config = config;
        this.spelled = spellings(config);
    }

    /** Every name of ours that any source has, as it is written there, without its profile. */
    public List<String> written() {
        return spelled.values().stream().flatMap(Set::stream).toList();
    }

    /** The name of a property without the profile that it is for. */
    public static String withoutProfile(String name) {
        return name.startsWith("%") ? name.substring(name.indexOf('.') + 1) : name;
    }

    /**
     * The values of a table's keys, by their canonical names.
     *
     * @param problems gets what is wrong with how they are written
     */
    public Map<String, String> given(KeyTable table, List<Problem> problems) {
        Map<String, String> given = new LinkedHashMap<>();
        for (ConfigKey key : table.keys()) {
            ConfigValue strongest = strongest(table, key, problems);
            if (strongest != null && strongest.getValue() != null) {
                given.put(key.name(), strongest.getValue());
            } else if (strongest != null) {
                problems.add(new Problem(
                        table.property(key),
                        key.shown(strongest.getRawValue()),
                        "refers to a property that does not exist or cannot be referenced"));
            }
        }
        return given;
    }

    /** What the source with the highest ordinal says of a key, however it spells it; null if none does. */
    private @Nullable ConfigValue strongest(KeyTable table, ConfigKey key, List<Problem> problems) {
        Set<String> spellings = new LinkedHashSet<>();
        for (String property : table.properties(key)) {
            spellings.add(property);
            spellings.addAll(spelled.getOrDefault(KeyTable.canonical(property), Set.of()));
        }
        ConfigValue strongest = null;
        for (String spelling : spellings) {
            ConfigValue value = config.getConfigValue(spelling);
            if (value.getRawValue() == null) {
                continue;
            }
            if (strongest != null
                    && value.getSourceOrdinal() == strongest.getSourceOrdinal()
                    && !value.getRawValue().equals(strongest.getRawValue())) {
                problems.add(new Problem(
                        table.property(key),
                        key.shown(value.getRawValue()),
                        "is given twice, in two spellings, with different values"));
            }
            if (strongest == null || value.getSourceOrdinal() > strongest.getSourceOrdinal()) {
                strongest = value;
            }
        }
        return strongest;
    }

    /** Every spelling of a key of ours that any source has, by its canonical form. */
    private static Map<String, Set<String>> spellings(Config config) {
        Map<String, Set<String>> spelled = new HashMap<>();
        for (ConfigSource source : config.getConfigSources()) {
            for (String name : source.getPropertyNames()) {
                String plain = withoutProfile(name);
                if (plain.startsWith(PREFIX)) {
                    spelled.computeIfAbsent(KeyTable.canonical(plain), _ -> new TreeSet<>())
                            .add(plain);
                }
            }
        }
        return spelled;
    }
}
