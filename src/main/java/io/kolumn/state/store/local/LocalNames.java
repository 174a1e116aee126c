package io.kolumn.state.store.local;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The names of states, read from the folders. */
final class LocalNames {

    private final LocalLayout layout;
    private final ListQuery query;
    private final boolean headless;
    private final NavigableSet<StateName> names = new TreeSet<>();

    private LocalNames(LocalLayout layout, ListQuery query, boolean headless) {
        this.layout = layout;
        this.query = query;
        this.headless = headless;
    }

    /** Those that have a head and that the query's prefix and start let through, in byte order. */
    static NavigableSet<StateName> of(LocalLayout layout, ListQuery query) throws IOException {
        return new LocalNames(layout, query, false).collected();
    }

    /** Those that have a file of any kind, such as what a crash in a first commit left. */
    static NavigableSet<StateName> withAnyFile(LocalLayout layout) throws IOException {
        return new LocalNames(layout, ListQuery.all(), true).collected();
    }

    private NavigableSet<StateName> collected() throws IOException {
        collect(layout.root());
        return names;
    }

    private void collect(Path folder) throws IOException {
        for (Path entry : LocalFiles.entries(folder)) {
            String file = String.valueOf(entry.getFileName());
            if (file.equals(LocalLayout.HEAD) || (headless && file.charAt(0) == '+')) {
                add(layout.root().relativize(folder).toString());
            } else if (file.charAt(0) != '+' && onTheWay(entry) && Files.isDirectory(entry)) {
                collect(entry);
            }
        }
    }

    /** Whether a name below this folder can start with the prefix. */
    private boolean onTheWay(Path folder) {
        String below = layout.root().relativize(folder) + "/";
        return below.startsWith(query.prefix()) || query.prefix().startsWith(below);
    }

    private void add(String text) {
        try {
            StateName name = layout.checked(StateName.of(text));
            if (query.matches(name)) {
                names.add(name);
            }
        } catch (Invalid e) {
            // a folder that somebody made by hand, or from before a change of the settings; no state can have this name
        }
    }
}
