package io.kolumn.state.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The validated values of a table of keys: each has its key's type, required ones exist, and defaults are applied.
 * Keys are the names in the table.
 */
public final class StoreConfig {

    private final Map<String, ConfigKey> keys = new LinkedHashMap<>();
    private final Map<String, String> values;
    private final Set<String> given;

    StoreConfig(List<ConfigKey> table, Map<String, String> values, Set<String> given) {
        table.forEach(key -> keys.put(key.name(), key));
        this.values = Map.copyOf(values);
        this.given = Set.copyOf(given);
    }

    public Optional<String> text(String key) {
        if (!keys.containsKey(key)) {
            throw new IllegalArgumentException("No key '" + key + "' in the table " + keys.keySet());
        }
        return Optional.ofNullable(values.get(key));
    }

    public Optional<Path> path(String key) {
        return text(key).map(Path::of);
    }

    /** Returns the value of a key that has a default or is required, like the methods below. */
    public long number(String key) {
        return Long.parseLong(needed(key));
    }

    public boolean flag(String key) {
        return Boolean.parseBoolean(needed(key));
    }

    /** Returns a size in bytes. */
    public long size(String key) {
        return ConfigKey.size(needed(key));
    }

    public Optional<Duration> duration(String key) {
        return text(key).map(ConfigKey::duration);
    }

    /** Returns file permissions as a number. */
    public int permissions(String key) {
        return Integer.parseInt(needed(key), 8);
    }

    /** Returns whether the key was set, so that the value is not the default. */
    public boolean isGiven(String key) {
        return given.contains(key);
    }

    /** Returns all values in the order of the table, with secrets redacted. */
    public Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        keys.forEach((name, key) -> text(name).ifPresent(value -> shown.put(name, key.shown(value))));
        return shown;
    }

    /**
     * Returns the location of the storage in short: the first key of the table and the required ones, with secrets
     * redacted.
     */
    public Map<String, String> place() {
        String first = keys.isEmpty() ? "" : keys.keySet().iterator().next();
        Map<String, String> place = new LinkedHashMap<>();
        keys.forEach((name, key) -> {
            if (key.required() || name.equals(first)) {
                text(name).ifPresent(value -> place.put(name, key.shown(value)));
            }
        });
        return place;
    }

    /** Returns {@link #place} with absolute paths. */
    public Map<String, String> whereabouts() {
        Map<String, String> whereabouts = place();
        whereabouts.replaceAll(this::whole);
        return whereabouts;
    }

    private String whole(String key, String value) {
        ConfigKey known = keys.get(key);
        return known != null && known.type() == ConfigKey.Type.PATH
                ? Path.of(value).toAbsolutePath().normalize().toString()
                : value;
    }

    /** Returns whether another configuration of the type has the same location: all its texts and paths are equal. */
    public boolean isSamePlaceAs(StoreConfig other) {
        return texts().equals(other.texts());
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        keys.forEach((name, key) -> {
            boolean says = key.type() == ConfigKey.Type.TEXT || key.type() == ConfigKey.Type.PATH;
            if (says && !key.secret() && !name.endsWith(ConfigKey.FILE)) {
                text(name).ifPresent(value -> texts.put(name, whole(name, value)));
            }
        });
        return texts;
    }

    /** Returns the values with secrets redacted. */
    @Override
    public String toString() {
        return shown().toString();
    }

    private String needed(String key) {
        return text(key).orElseThrow(() -> new IllegalArgumentException("Key '" + key + "' has no value"));
    }
}
