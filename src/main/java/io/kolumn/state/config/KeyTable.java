package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration.Problem;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table of keys under a common prefix, and the checks of values against it. A secret can be given as a file, too: behind
 * each that has no such key of its own stands one, {@code password_file}.
 */
public record KeyTable(String prefix, List<ConfigKey> keys) {

    /** So many keys are all told to whoever wrote another one. */
    private static final int LISTED = 20;

    public KeyTable {
        keys = withFiles(keys);
    }

    private static List<ConfigKey> withFiles(List<ConfigKey> keys) {
        Set<String> names = keys.stream().map(ConfigKey::name).collect(Collectors.toSet());
        List<ConfigKey> all = new ArrayList<>();
        for (ConfigKey key : keys) {
            all.add(key);
            String group = key.name().substring(0, key.name().lastIndexOf('.') + 1);
            if (key.secret() && !names.contains(key.name() + ConfigKey.FILE) && !names.contains(group + "file")) {
                all.add(key.inFile());
            }
        }
        return List.copyOf(all);
    }

    /** Dash and underscore, upper and lower case are the same. */
    public static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    public boolean knows(String canonicalName) {
        return keys.stream().flatMap(ConfigKey::names).anyMatch(canonicalName::equals);
    }

    /** The key as application.properties shows it. */
    public String property(ConfigKey key) {
        return prefix + key.dashed();
    }

    /** As {@link #property}, and by its older names. */
    public List<String> properties(ConfigKey key) {
        return key.names().map(name -> prefix + name.replace('_', '-')).toList();
    }

    /**
     * The checked values.
     *
     * @param asGiven by canonical names; names that are not in the table are not looked at
     * @param problems gets what is wrong; values with a problem are as if not given
     */
    public StoreConfig check(Map<String, String> asGiven, List<Problem> problems) {
        Map<String, String> given = withSecrets(withoutAliases(asGiven, problems), problems);
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> set = new HashSet<>();
        for (ConfigKey key : keys) {
            String value = current(key, stripped(given.get(key.name())));
            String problem = value == null ? null : key.problem(value);
            if (value == null && given.containsKey(key.name()) && key.namesAPlace()) {
                problems.add(new Problem(
                        property(key),
                        "",
                        "is empty. Give a value, or omit the key for " + key.defaultValue() + " (" + key.text() + ")"));
            } else if (problem != null) {
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

    /** The values of keys that were given by an older name stand under the name of today. */
    private Map<String, String> withoutAliases(Map<String, String> given, List<Problem> problems) {
        Map<String, String> all = new LinkedHashMap<>(given);
        for (ConfigKey key : keys) {
            for (String alias : key.aliases()) {
                String value = all.remove(alias);
                if (value == null) {
                    continue;
                }
                String other = all.putIfAbsent(key.name(), value);
                if (other != null && !other.equals(value)) {
                    problems.add(new Problem(
                            prefix + alias.replace('_', '-'),
                            key.shown(value),
                            "is an older name of " + property(key) + ", which is also given. Omit the older name"));
                }
            }
        }
        return all;
    }

    /** With what the files of secrets hold. */
    private Map<String, String> withSecrets(Map<String, String> given, List<Problem> problems) {
        Map<String, String> all = new LinkedHashMap<>(given);
        for (ConfigKey key : keys) {
            ConfigKey file = key.inFile();
            String path = keys.contains(file) ? stripped(given.get(file.name())) : null;
            if (path != null && file.isFileOf(key)) {
                String problem = stripped(given.get(key.name())) != null
                        ? "and " + property(key) + " are both given. Give one of them"
                        : secret(key, path, all);
                if (problem != null) {
                    problems.add(new Problem(property(file), path, problem));
                }
            }
        }
        return all;
    }

    private static @Nullable String secret(ConfigKey key, String path, Map<String, String> all) {
        try {
            all.put(key.name(), SecretFile.read(Path.of(path)));
            return null;
        } catch (NoSuchFileException e) {
            return "cannot be read: there is no such file";
        } catch (IOException e) {
            return "cannot be read: " + IoFault.text(e);
        } catch (InvalidPathException e) {
            return "is not a path of a file";
        }
    }

    /** A problem for each name that the table does not have. */
    public List<Problem> unknown(Set<String> names) {
        List<Problem> problems = new ArrayList<>();
        for (String name : names) {
            if (!knows(canonical(name))) {
                problems.add(new Problem(prefix + name, null, "is not a key" + hint(canonical(name))));
            }
        }
        return problems;
    }

    /** What may have been meant by a name that is not a key, or what there is. */
    public String hint(String canonicalName) {
        List<String> names = keys.stream().map(ConfigKey::name).toList();
        return Nearest.of(canonicalName, names)
                .map(near -> "; did you mean '" + near.replace('_', '-') + "'?")
                .orElse(keys.size() > LISTED ? "; docs/configuration.md lists the keys" : "; there are " + shownKeys());
    }

    String shownKeys() {
        return String.join(", ", keys.stream().map(ConfigKey::dashed).toList());
    }

    private static @Nullable String current(ConfigKey key, @Nullable String value) {
        return value == null ? null : key.current(value);
    }

    private static @Nullable String stripped(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }
}
