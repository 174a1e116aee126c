package io.kolumn.state.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder with a local store in it, as the tests of its files need it. */
final class LocalFolder implements AutoCloseable {

    private final Path folder;
    private final List<StateStore> handles = new ArrayList<>();
    private LocalSettings settings;
    private Duration pace = Duration.ZERO;

    LocalFolder(Path folder) {
        this.folder = folder;
        this.settings = LocalSettings.at(folder.resolve("kolumn.klstate"));
    }

    LocalFolder with(@Nullable String workspace, @Nullable String backup, int permissions) {
        settings = new LocalSettings(
                settings.path(),
                workspace == null ? null : folder.resolve(workspace),
                backup == null ? null : folder.resolve(backup),
                permissions,
                false);
        return this;
    }

    /** Plain files are refreshed within the commit, unless this says otherwise. */
    LocalFolder pacedBy(Duration newPace) {
        pace = newPace;
        return this;
    }

    /** A new handle, which has looked at the folder. */
    LocalStore open() {
        LocalStore store = new LocalStore(settings, pace);
        handles.add(store);
        store.attachments(StateName.of("default"));
        return store;
    }

    @Override
    public void close() {
        handles.forEach(StateStore::close);
        handles.clear();
    }

    /**
     * Makes a state as releases without logs did: the head in one file, each document in another.
     *
     * @param documents of the kept versions, newest first
     */
    void earlier(HeadWithHistory indexed, List<StateDocument> documents) throws IOException {
        String name = indexed.head().name().value();
        Files.createDirectories(inside(name));
        for (int i = 0; i < documents.size(); i++) {
            Files.write(content(name, indexed.kept().get(i)), documents.get(i).toBytes());
        }
        Files.write(head(name), HeadJson.write(indexed));
    }

    /** Closes the stores and leaves the mark of a process that was killed. */
    void crash() throws IOException {
        close();
        Files.createDirectories(inside("+running"));
        Files.createFile(inside("+running").resolve("7"));
    }

    LocalStore reopen() {
        close();
        return open();
    }

    Path file(String path) {
        return folder.resolve(path);
    }

    /** The hidden folder of a state. */
    Path inside(String name) {
        return folder.resolve(".kolumn.klstate.d").resolve(name);
    }

    Path head(String name) {
        return inside(name).resolve("+head");
    }

    Path content(String name, StateVersion version) {
        return inside(name).resolve("+" + version.number() + "-" + version.id());
    }

    String read(String path) throws IOException {
        return Files.readString(file(path));
    }

    Path write(String path, String text) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file(path).getParent()));
        return Files.writeString(file(path), text);
    }

    static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }

    /** All files below a folder but for the room that is kept and marks of processes, relative to it; none if it is not there. */
    static List<String> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("+reserve-"))
                    .filter(file -> !file.toString().contains("+running"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** A document that gets a file of its own. */
    static StateDocument large(long serial) {
        return StateDocument.parse("{\"version\": 4, \"serial\": " + serial
                + ", \"lineage\": \"contract\", \"noise\": \"" + "x".repeat((int) LogWriter.SMALL) + "\"}");
    }

    static StateHead commit(StateStore store, Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.head(transition.name()).orElseThrow();
    }

    static StateVersion current(StateHead head) {
        return Objects.requireNonNull(head.current());
    }
}
