package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of things that are named in the configuration itself, any number of them: {@code
 * kolumn.state.<section>.<name>.<key>}. Names keep their case; one that holds a dot is quoted, as in {@code
 * kolumn.state.user."ada.lovelace".hash}.
 *
 * @param section what kind of things they are
 * @param keys that each of them has
 * @param open the beginning of keys whose rest is free, such as {@code claims.}; empty if there are none
 */
public record NamedTable(String section, List<ConfigKey> keys, String open) {

    private static final String PREFIX = "kolumn.state.";
    private static final Pattern ENTRY = Pattern.compile("(?:\"([^\"]+)\"|([^.\"]+))\\.(.+)");

    public NamedTable {
        keys = List.copyOf(keys);
    }

    public String prefix() {
        return PREFIX + section + ".";
    }

    public boolean has(String property) {
        return property.startsWith(prefix());
    }

    /** Whether a name in the environment would be one of these, whose own names cannot be read back from there. */
    public boolean hasVariable(String variable) {
        return variable.startsWith(prefix().toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    /**
     * The checked entries by their names.
     *
     * @param properties whole property names and their values; those of other sections are not looked at
     * @param problems gets what is wrong
     */
    public Map<String, NamedEntry> check(Map<String, String> properties, List<Problem> problems) {
        Map<String, Map<String, String>> values = new TreeMap<>();
        Map<String, Map<String, String>> rest = new TreeMap<>();
        properties.forEach((property, value) -> {
            if (has(property)) {
                sort(property, value, values, rest, problems);
            }
        });
        Map<String, NamedEntry> entries = new LinkedHashMap<>();
        values.forEach((name, given) -> entries.put(
                name,
                new NamedEntry(
                        name, prefix(name), table(name).check(given, problems), rest.getOrDefault(name, Map.of()))));
        return entries;
    }

    private void sort(
            String property,
            String value,
            Map<String, Map<String, String>> values,
            Map<String, Map<String, String>> rest,
            List<Problem> problems) {
        Matcher entry = ENTRY.matcher(property.substring(prefix().length()));
        if (!entry.matches()) {
            problems.add(new Problem(property, null, "has no key after the name; the keys are " + shownKeys()));
            return;
        }
        String name = Optional.ofNullable(entry.group(1)).orElseGet(() -> entry.group(2));
        String key = entry.group(3);
        Map<String, String> given = values.computeIfAbsent(name, _ -> new LinkedHashMap<>());
        Map<String, String> further = rest.computeIfAbsent(name, _ -> new LinkedHashMap<>());
        if (!open.isEmpty() && key.startsWith(open)) {
            String claim = key.substring(open.length());
            further.put(claim.startsWith("\"") ? claim.replace("\"", "") : claim, value);
        } else if (!table(name).knows(KeyTable.canonical(key))) {
            problems.add(new Problem(property, null, "is not a key of a " + section + "; the keys are " + shownKeys()));
        } else if (given.put(KeyTable.canonical(key), value) != null) {
            problems.add(new Problem(property, null, "is given twice, in two spellings"));
        }
    }

    /** The prefix of an entry, as it is written. */
    private String prefix(String name) {
        return prefix() + (name.indexOf('.') < 0 ? name : '"' + name + '"') + ".";
    }

    private KeyTable table(String name) {
        return new KeyTable(prefix(name), keys);
    }

    private String shownKeys() {
        return new KeyTable(prefix(), keys).shownKeys() + (open.isEmpty() ? "" : ", " + open + "<name>");
    }
}
