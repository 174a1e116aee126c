package io.kolumn.state.config;

import io.kolumn.state.StateException.Configuration.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checked values of one of the things that are named in the configuration.
 *
 * @param name of it
 * @param prefix of its keys, for errors
 * @param values by the names of their keys
 * @param further values of keys whose names are free, as they were written
 */
public record NamedEntry(String name, String prefix, StoreConfig values, Map<String, String> further) {

    public NamedEntry {
        further = Map.copyOf(further);
    }

    /** The parts of a value between commas; none if it is not set. */
    public List<String> list(String key) {
        return parts(values.text(key).orElse(""));
    }

    public static List<String> parts(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    /** A problem of one of its keys. */
    public Problem problem(String key, @Nullable String value, String message) {
        return new Problem(prefix + key.replace('_', '-'), value, message);
    }
}
