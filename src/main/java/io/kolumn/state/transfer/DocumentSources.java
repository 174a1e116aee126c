package io.kolumn.state.transfer;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.DocumentSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The layouts of other tools that documents can be imported from. */
public final class DocumentSources {

    private final Map<String, DocumentSource> sources = new TreeMap<>();

    /** @throws IllegalStateException if two of them have the same type */
    public DocumentSources(Iterable<? extends DocumentSource> all) {
        for (DocumentSource source : all) {
            if (sources.put(source.type(), source) != null) {
                throw new IllegalStateException("Two sources of the type '" + source.type() + "'");
            }
        }
    }

    /** In the order of their types. */
    public List<DocumentSource> all() {
        return List.copyOf(sources.values());
    }

    /** The keys of a source, and those of files for its secrets. */
    public static List<ConfigKey> keys(DocumentSource source) {
        return new KeyTable(DocumentSource.KEY_PREFIX, source.keys()).keys();
    }

    public Optional<DocumentSource> type(String name) {
        return Optional.ofNullable(sources.get(name));
    }

    /**
     * Gives every document of a source in turn.
     *
     * @throws Configuration with all problems of the configuration
     */
    public static void read(DocumentSource source, Map<String, String> config, DocumentSource.Receiver receiver) {
        List<Problem> problems = new ArrayList<>();
        KeyTable table = new KeyTable(DocumentSource.KEY_PREFIX, source.keys());
        problems.addAll(table.unknown(config.keySet()));
        Map<String, String> canonical = new LinkedHashMap<>();
        config.forEach((name, value) -> canonical.put(KeyTable.canonical(name), value));
        StoreConfig values = table.check(canonical, problems);
        if (problems.isEmpty()) {
            problems.addAll(source.problems(values));
        }
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        source.read(values, receiver);
    }
}
