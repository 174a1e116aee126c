package io.kolumn.state.store.local;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The names of states, read from the folders. */
final class LocalNames {

    /** Takes one name after the other. */
    interface Visitor {

        /** Whether there shall be more. */
        boolean visit(StateName name) throws IOException;
    }

    /** What is in a folder. */
    interface Listing {
        List<Path> of(Path folder) throws IOException;
    }

    private final LocalLayout layout;
    private final Listing listing;

    LocalNames(LocalLayout layout) {
        this(layout, LocalFiles::entries);
    }

    LocalNames(LocalLayout layout, Listing listing) {
        this.layout = layout;
        this.listing = listing;
    }

    /**
     * The names of folders that the query's prefix and start let through, in byte order; not every one has a head. Looks
     * into no folder whose names are all before the start, or behind the name with which the visitor had enough.
     *
     * @return whether the visitor took all
     */
    boolean visit(ListQuery query, Visitor visitor) throws IOException {
        return below("", layout.root(), query, visitor);
    }

    /**
     * What is in a folder, sorted by name and, for what is below it, by name and slash: in byte order {@code a-b} comes
     * between {@code a} and {@code a/b}.
     */
    private boolean below(String path, Path folder, ListQuery query, Visitor visitor) throws IOException {
        NavigableMap<String, Path> parts = new TreeMap<>();
        for (Path entry : listing.of(folder)) {
            String name = path + entry.getFileName();
            if (!own(entry) && name.startsWith(query.prefix()) && name.compareTo(after(query)) > 0) {
                parts.put(name, entry);
            }
            if (!own(entry) && onTheWay(name + "/", query)) {
                parts.put(name + "/", entry);
            }
        }
        for (Map.Entry<String, Path> part : parts.entrySet()) {
            String text = part.getKey();
            Path entry = part.getValue();
            boolean go = !Files.isDirectory(entry)
                    || (text.endsWith("/") ? below(text, entry, query, visitor) : visited(text, visitor));
            if (!go) {
                return false;
            }
        }
        return true;
    }

    private boolean visited(String text, Visitor visitor) throws IOException {
        Optional<StateName> name = name(text);
        return name.isEmpty() || visitor.visit(name.get());
    }

    /** Whether a name that starts so can be one of those that are asked for. */
    private static boolean onTheWay(String below, ListQuery query) {
        return (below.startsWith(query.prefix()) || query.prefix().startsWith(below))
                && (below.compareTo(after(query)) > 0 || after(query).startsWith(below));
    }

    private static String after(ListQuery query) {
        return query.after() == null ? "" : query.after().value();
    }

    /** Takes the files of one state after the other. */
    interface FilesVisitor {
        void visit(StateName name, List<Path> files) throws IOException;
    }

    /**
     * The folders that have a file of any kind in them, such as what a crash in a first commit left, with these files; in no
     * order.
     */
    void withFiles(FilesVisitor visitor) throws IOException {
        collect("", layout.root(), visitor);
    }

    private void collect(String path, Path folder, FilesVisitor visitor) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path entry : listing.of(folder)) {
            if (own(entry)) {
                files.add(entry);
            } else if (Files.isDirectory(entry)) {
                collect(path + entry.getFileName() + "/", entry, visitor);
            }
        }
        Optional<StateName> name =
                files.isEmpty() || path.isEmpty() ? Optional.empty() : name(path.substring(0, path.length() - 1));
        if (name.isPresent()) {
            visitor.visit(name.get(), files);
        }
    }

    private static boolean own(Path entry) {
        return String.valueOf(entry.getFileName()).startsWith("+");
    }

    /** Empty for a folder that somebody made by hand, or from before a change of the settings: no state can have its name. */
    private Optional<StateName> name(String text) {
        try {
            return Optional.of(layout.checked(StateName.of(text)));
        } catch (Invalid e) {
            return Optional.empty();
        }
    }
}
