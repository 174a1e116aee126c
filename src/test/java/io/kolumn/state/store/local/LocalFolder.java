package io.kolumn.state.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
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

    /** All files below a folder but for the room that is kept, relative to it; none if it is not there. */
    static List<String> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("+reserve-"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    static StateHead commit(StateStore store, Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.head(transition.name()).orElseThrow();
    }

    static StateVersion current(StateHead head) {
        return Objects.requireNonNull(head.current());
    }
}
