package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table of keys under a common prefix, and the checks of values against it. */
record KeyTable(String prefix, List<ConfigKey> keys) {

    KeyTable {
        keys = List.copyOf(keys);
    }

    /** Dash and underscore, upper and lower case are the same. */
    static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    boolean knows(String canonicalName) {
        return keys.stream().anyMatch(key -> key.name().equals(canonicalName));
    }

    /** The key as application.properties shows it. */
    String property(ConfigKey key) {
        return prefix + key.dashed();
    }

    /**
     * The checked values.
     *
     * @param given by canonical names; names that are not in the table are not looked at
     * @param problems gets what is wrong; values with a problem are as if not given
     */
    StoreConfig check(Map<String, String> given, List<Problem> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> set = new HashSet<>();
        for (ConfigKey key : keys) {
            String value = stripped(given.get(key.name()));
            String problem = value == null ? null : key.problem(value);
            if (problem != null) {
                problems.add(new Problem(
                        property(key), key.shown(String.valueOf(value)), problem + " (" + key.text() + ")"));
            } else if (value != null) {
                values.put(key.name(), value);
                set.add(key.name());
            } else if (key.defaultValue() != null) {
                values.put(key.name(), key.defaultValue());
            } else if (key.required()) {
                problems.add(new Problem(property(key), null, "is required: " + key.text()));
            }
        }
        return new StoreConfig(keys, values, set);
    }

    /** A problem for each name that the table does not have. */
    List<Problem> unknown(Set<String> names) {
        List<Problem> problems = new ArrayList<>();
        for (String name : names) {
            if (!knows(canonical(name))) {
                problems.add(new Problem(prefix + name, null, "is not a key; known are " + shownKeys()));
            }
        }
        return problems;
    }

    String shownKeys() {
        return String.join(", ", keys.stream().map(ConfigKey::dashed).toList());
    }

    private static @Nullable String stripped(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}
