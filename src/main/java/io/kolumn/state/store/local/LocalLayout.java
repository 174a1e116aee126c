package io.kolumn.state.store.local;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which file is where. Names of the store's own start with {@code +}, which no segment of a state's name may. A state with a
 * segment that begins with a dot has no plain file: hidden folders beside the plain files ({@code .git}, the store's own)
 * belong to others, and what is in them is nobody's state.
 */
final class LocalLayout {

    static final String HEAD = "+head";
    static final String ASIDE = "+aside-";
    static final String RECORD = ".json";
    static final String TEMPORARY = "+tmp-";
    static final String DOCUMENT = ".klstate";
    static final String LOCK = ".lock";

    private static final StateName DEFAULT = StateName.of("default");

    /** What the usual file systems allow for one name, in bytes. */
    private static final int LONGEST_FILE_NAME = 255;

    private final LocalSettings settings;
    private final Path root;
    private final Path plain;

    LocalLayout(LocalSettings settings) {
        this.settings = settings;
        Path file = settings.path();
        Path folder = file.getParent();
        if (folder == null) {
            throw new IllegalArgumentException("The path of a local store must name a file: " + file);
        }
        this.root = folder.resolve("." + file.getFileName() + ".d");
        this.plain = settings.workspaceFolder() == null ? folder : settings.workspaceFolder();
    }

    /** The hidden folder with everything that counts. */
    Path root() {
        return root;
    }

    /** Whether it is in the hidden folder, or that one itself. */
    boolean hidden(Path file) {
        return file.startsWith(root);
    }

    /** Whether the settings say so that it may be a link: it is one of the folders that they name, or above one. */
    boolean named(Path folder) {
        return isAbove(folder, root.getParent()) || isAbove(folder, plain) || isAbove(folder, settings.backupFolder());
    }

    private static boolean isAbove(Path folder, @Nullable Path named) {
        return named != null && named.startsWith(folder);
    }

    /** The plain file of the state {@code default}. */
    Path defaultDocument() {
        return settings.path();
    }

    /** The folder of the plain files. */
    Path plain() {
        return plain;
    }

    Path locks() {
        return root.resolve("+locks");
    }

    Path folder(StateName name) {
        return root.resolve(name.value());
    }

    /** The log of a state; until it is first written by this release the head file of an earlier one, of the same name. */
    Path log(StateName name) {
        return folder(name).resolve(HEAD);
    }

    Path content(StateName name, StateVersion version) {
        return folder(name).resolve(contentFile(version));
    }

    /** The name of the file that has the content of a version, in the folder of its state. */
    static String contentFile(StateVersion version) {
        return version.number() == 0 ? ASIDE + version.id() : "+" + version.number() + "-" + version.id();
    }

    /** What the inventory has of a state. */
    Path index(StateName name) {
        return folder(name).resolve("+index");
    }

    /** Where an earlier release noted what the plain file shows. */
    Path shown(StateName name) {
        return folder(name).resolve("+shown");
    }

    Path asideRecord(StateName name, String id) {
        return folder(name).resolve(ASIDE + id + RECORD);
    }

    /** Where a superseded version is copied to; null if nowhere. */
    @Nullable
    Path backup(StateName name, StateVersion version) {
        return backup(name, contentFile(version));
    }

    /** As above, of the version whose content is in a file of this name. */
    @Nullable
    Path backup(StateName name, String contentFile) {
        Path folder = backups(name);
        return folder == null ? null : folder.resolve(contentFile + DOCUMENT);
    }

    /** Where superseded versions of a state are copied to; null if nowhere. */
    @Nullable
    Path backups(StateName name) {
        return settings.backupFolder() == null ? null : settings.backupFolder().resolve(name.value());
    }

    /** The plain file of a state's current document; null if its name is hidden, or too long for one. */
    @Nullable
    Path document(StateName name) {
        if (isHidden(name.value())) {
            return null;
        }
        Path file = plainFile(name);
        return String.valueOf(file.getFileName()).length() + LOCK.length() > LONGEST_FILE_NAME ? null : file;
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".") || name.contains("/.");
    }

    private Path plainFile(StateName name) {
        return name.equals(DEFAULT) ? settings.path() : plain.resolve(name.value() + DOCUMENT);
    }

    /** The plain file that shows the holder of a lock, beside that of the document. */
    static Path lock(Path document) {
        return document.resolveSibling(document.getFileName() + LOCK);
    }

    /** The name of the state whose plain file this is, as text that may be no name; null if it is none's. */
    @Nullable
    String stateOf(Path file) {
        if (file.equals(settings.path())) {
            return DEFAULT.value();
        }
        String relative = plain.relativize(file).toString();
        String name = relative.endsWith(DOCUMENT) ? relative.substring(0, relative.length() - DOCUMENT.length()) : null;
        return name == null || DEFAULT.value().equals(name) || isHidden(name) ? null : name;
    }

    /**
     * Refuses a name whose plain file, or a folder on the way to it, would be another state's file; and one whose backups
     * would be among what the store keeps.
     *
     * @throws Invalid saying which
     */
    StateName checked(StateName name) {
        if (isHidden(name.value())) {
            return checkedHidden(name);
        }
        List<String> segments = name.segments();
        for (String folder : segments.subList(0, segments.size() - 1)) {
            if (folder.endsWith(DOCUMENT) || folder.endsWith(DOCUMENT + LOCK)) {
                throw new Invalid("The state name '" + name + "' cannot be kept in local files: the folder '" + folder
                        + "' could be the file of another state.");
            }
        }
        Path mine = plainFile(name);
        Path other = settings.path();
        if (!name.equals(DEFAULT)
                && (mine.startsWith(other)
                        || mine.startsWith(lock(other))
                        || lock(mine).equals(other))) {
            throw new Invalid(
                    "The state name '" + name + "' cannot be kept in local files: its file would be that of the"
                            + " state 'default' (" + other.getFileName() + ").");
        }
        return name;
    }

    private StateName checkedHidden(StateName name) {
        Path backups = settings.backupFolder();
        if (backups != null && backups.resolve(name.value()).startsWith(root)) {
            throw new Invalid("The state name '" + name + "' cannot be kept in local files: its backups would be in the"
                    + " folder " + root.getFileName() + " of the store.");
        }
        return name;
    }
}
