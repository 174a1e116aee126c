package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that read make no folder, adopt no file, and mend nothing. */
class ReadingCommandsTest {

    private static final String PATH = "states/kolumn.klstate";

    @TempDir
    Path folder;

    private final TestRunner program =
            new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));

    private Ended run(String line) {
        List<String> all =
                new ArrayList<>(List.of(line.replace("DIR", folder + "/out").split(" ")));
        all.addAll(List.of("--backend", "local", "--set", "path=" + folder.resolve(PATH)));
        return program.run(all.toArray(String[]::new));
    }

    /** Every file and folder, with what would tell that it was written. */
    private Map<String, String> seen() throws IOException {
        Map<String, String> seen = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                seen.put(
                        folder.relativize(file).toString(),
                        attributes.fileKey() + " " + attributes.lastModifiedTime() + " "
                                + (attributes.isDirectory() ? "" : attributes.size()));
            }
        }
        return seen;
    }

    /** A storage with two versions, a plain file that a service would mend, one that it would adopt, and an old left-over. */
    private void fill() throws IOException {
        try (StateBackend backend = BackendFactory.withBuiltIns()
                .create("local", Map.of("path", folder.resolve(PATH).toString()))) {
            for (int serial = 1; serial <= 2; serial++) {
                backend.put(StateName.of("a"), StateDocument.parse(TestStates.state(serial)), WriteOptions.by("ada"));
            }
        }
        Files.writeString(folder.resolve("states/a.klstate"), TestStates.state(9));
        Files.writeString(folder.resolve("states/elsewhere.klstate"), TestStates.state(3));
        Path leftOver = folder.resolve("states/.kolumn.klstate.d/a/+tmp-1");
        Files.writeString(leftOver, "x");
        Files.setLastModifiedTime(leftOver, FileTime.fromMillis(0));
        Files.createDirectories(folder.resolve("out"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls",
                "ls a --deleted --locked -o json",
                "show a",
                "get a",
                "get a --version 1",
                "outputs a",
                "history a",
                "history a --quarantined",
                "diff a 1 1",
                "verify",
                "export -",
                "config",
                "backends"
            })
    void nothingIsWrittenWhereAStorageIs(String line) throws IOException {
        fill();
        Map<String, String> before = seen();

        Ended ended = run(line);

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(seen()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ls", "show a", "get a", "outputs a", "history a", "diff a 1 2", "verify", "export DIR.tar"})
    void nothingIsMadeWhereThereIsNoneAndThatIsNoEmptyAnswer(String line) throws IOException {
        Files.createDirectories(folder.resolve("states"));
        Files.writeString(folder.resolve("states/older.klstate"), TestStates.state(3));
        Map<String, String> before = seen();

        Ended ended = run(line);

        assertThat(ended.code()).as(ended.err()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("Storage: local, path " + folder.resolve(PATH))
                .contains("There is no storage at " + folder.resolve(PATH));
        assertThat(below(seen())).isEqualTo(below(before));
    }

    /** Without the folder of the test itself, where an archive is staged. */
    private static Map<String, String> below(Map<String, String> seen) {
        seen.remove("");
        return seen;
    }

    @Test
    void aSourceThatIsOnlyReadStaysAsItIs() throws IOException {
        fill();
        Map<String, String> before = seen();

        Ended ended = program.run(
                "migrate",
                "--read-only-source",
                "--from=local",
                "--from-set=path=" + folder.resolve(PATH),
                "--to=local",
                "--to-set=path=" + folder.resolve("target/k.klstate"));

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err())
                .containsSubsequence(
                        "Source: local, path " + folder.resolve(PATH),
                        "Target: local, path " + folder.resolve("target/k.klstate"),
                        "Run ");
        Map<String, String> after = seen();
        after.keySet().removeIf(name -> name.startsWith("target"));
        assertThat(below(after)).isEqualTo(below(before));
    }

    @Test
    void whatRepairsMayWrite() throws IOException {
        fill();

        assertThat(run("verify --repair").code()).isZero();

        assertThat(folder.resolve("states/.kolumn.klstate.d/a/+tmp-1")).doesNotExist();
    }

    /** The default of a type of somebody's own, whose class knows nothing of reading. */
    @Test
    void aStoreThatIsOpenedForReadingRefusesEveryChange() {
        try (StateStore store = BackendFactory.withBuiltIns().openToRead("memory", Map.of())) {
            StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());

            assertThat(backend.get(StateName.of("a"))).isEmpty();
            assertThat(backend.check().canRead()).isTrue();
            assertThat(backend.check().canWrite()).isFalse();
            assertThatThrownBy(() -> backend.put(
                            StateName.of("a"), StateDocument.parse(TestStates.state(1)), WriteOptions.none()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("open for reading only");
        }
    }
}
