package io.kolumn.state.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys in the reference of docs/configuration.md, which another test compares with the tables. */
record Keys(List<Key> all) {

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `kolumn\\.state\\.([a-z0-9.-]+)` \\| (.*?) \\| (.*?) \\| (.*) \\|$");

    /**
     * A row of the reference.
     *
     * @param name without kolumn.state
     * @param kind of its value, as the reference says it
     */
    record Key(String name, String kind, String text) {

        boolean secret() {
            return kind.endsWith(", secret");
        }

        String variable() {
            return "KOLUMN_STATE_" + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        }
    }

    static Keys ofReference() {
        try {
            return new Keys(ROW.matcher(Files.readString(Path.of("docs/configuration.md")))
                    .results()
                    .map(row -> new Key(row.group(1), row.group(2), row.group(4).replaceFirst(" Formerly `.*", "")))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> variables() {
        return all.stream().map(Key::variable).collect(Collectors.toSet());
    }

    Set<String> secretVariables() {
        return all.stream().filter(Key::secret).map(Key::variable).collect(Collectors.toSet());
    }

    boolean has(String name) {
        return all.stream().anyMatch(key -> key.name().equals(name));
    }
}
