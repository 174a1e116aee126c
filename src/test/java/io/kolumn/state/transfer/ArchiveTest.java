package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole states into a tar and out of it. */
class ArchiveTest {

    private static final StateName NAME = StateName.of("team-a/prod");
    private static final StateName LONG = StateName.of("deep/" + "segment-of-a-long-name/".repeat(8) + "end");

    private static final StateName CREATED = StateName.of("created");

    @TempDir
    Path folder;

    private final StateBackend source = backend();

    private static StateBackend backend() {
        return new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
    }

    private static StateDocument document(long serial, String content) {
        return StateDocument.parse("{\"version\": 4, \"serial\": " + serial
                + ", \"lineage\": \"5f1c\", \"outputs\": {\"o\": {\"value\": \"käse 🧀 " + content
                + "\", \"type\": \"string\"}}}");
    }

    private Path written() throws IOException {
        for (long serial = 1; serial <= 3; serial++) {
            source.put(NAME, document(serial, "x"), WriteOptions.by("ada"));
        }
        source.put(LONG, document(1, "y".repeat(100_000)), WriteOptions.none());
        source.put(StateName.of("team-a"), document(1, "the folder of another"), WriteOptions.none());
        source.put(StateName.of("gone"), document(1, "z"), WriteOptions.none());
        source.delete(StateName.of("gone"), WriteOptions.none());
        source.label(NAME, Map.of("team", "käse"), "");
        source.create(CREATED, Labels.NONE, "");
        try {
            source.put(NAME, document(9, "lost"), WriteOptions.by("bob").withLock("gone"));
        } catch (Conflict expected) {
            assertThat(expected.quarantined()).isNotNull();
        }
        Path file = folder.resolve("states.tar");
        write(file);
        return file;
    }

    private void write(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ArchiveWriter archive = new ArchiveWriter(out, "test", Instant.EPOCH, "", new Report())) {
            for (StateHead head :
                    source.list(new ListQuery("", null, 1000, true, true)).heads()) {
                archive.add(WholeStates.of(source), head.name());
            }
            archive.finish(Instant.EPOCH, true);
        }
    }

    @Test
    void whatIsWrittenIsReadWithAllRecords() throws IOException {
        Path file = written();
        StateBackend target = backend();
        Report report = new Report();
        StateImporter arrival = new StateImporter(target, OnConflict.FAIL, "run", "ada", report);

        try (ArchiveReader archive = new ArchiveReader(file)) {
            assertThat(archive.names())
                    .containsExactly(CREATED, LONG, StateName.of("gone"), StateName.of("team-a"), NAME);
            for (StateName name : archive.names()) {
                assertThat(arrival.bring(name, archive.state(name)).kind()).isEqualTo(Outcome.Kind.BROUGHT);
            }
            for (StateName name : archive.names()) {
                assertThat(arrival.bring(name, archive.state(name)).kind()).isEqualTo(Outcome.Kind.PRESENT);
                StateSnapshot there = source.snapshot(name).orElseThrow();
                StateSnapshot here = target.snapshot(name).orElseThrow();
                assertThat(here.versions()).isEqualTo(there.versions());
                assertThat(here.quarantined()).isEqualTo(there.quarantined());
                assertThat(here.head().fence()).isEqualTo(there.head().fence());
                assertThat(here.head().tombstone()).isEqualTo(there.head().tombstone());
                assertThat(here.head().labels()).isEqualTo(there.head().labels());
            }
        }
        assertThat(target.get(LONG)).isEqualTo(source.get(LONG));
    }

    @Test
    void anyTarCanReadIt() throws IOException {
        try (TarFile tar = new TarFile(written())) {
            List<String> names =
                    tar.getEntries().stream().map(TarArchiveEntry::getName).toList();

            assertThat(names.getFirst()).isEqualTo("manifest.json");
            assertThat(names.getLast()).isEqualTo("summary.json");
            String sha256 = document(3, "x").sha256();
            assertThat(names).contains("states/team-a/prod/+state.json", "states/team-a/prod/+3-" + sha256);
            TarArchiveEntry entry = tar.getEntries().get(names.indexOf("states/team-a/prod/+3-" + sha256));
            assertThat(tar.getInputStream(entry).readAllBytes())
                    .isEqualTo(document(3, "x").toBytes());
        }
    }

    @Test
    void anArchiveThatWasCutOffIsRefusedAsAWhole() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        for (int length : List.of(0, 100, 512, 5000, bytes.length / 2)) {
            Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(bytes, length));

            assertThatThrownBy(() -> new ArchiveReader(cut)).isInstanceOf(Invalid.class);
        }
        Path text = Files.writeString(folder.resolve("text.tar"), "no tar at all".repeat(200));
        assertThatThrownBy(() -> new ArchiveReader(text)).isInstanceOf(Invalid.class);
    }

    @Test
    void aDamagedDocumentDoesNotArrive() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("yyyy");
        bytes[at + 500] = 'n';
        Files.write(file, bytes);
        StateBackend target = backend();
        StateImporter arrival = new StateImporter(target, OnConflict.FAIL, "run", "ada", new Report());

        try (ArchiveReader archive = new ArchiveReader(file)) {
            assertThatThrownBy(() -> arrival.bring(LONG, archive.state(LONG)))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("is not that of its record");
        }
        assertThat(target.current(LONG)).isEmpty();
    }

    @Test
    void whatWouldBeDoneIsTold() throws IOException {
        Path file = written();
        StateBackend target = backend();
        target.create(CREATED, Labels.NONE, "");
        target.put(NAME, document(1, "another"), WriteOptions.none());

        try (ArchiveReader archive = new ArchiveReader(file)) {
            StateImporter failing = new StateImporter(target, OnConflict.FAIL, "run", "ada", new Report());
            StateImporter replacing = new StateImporter(target, OnConflict.REPLACE, "run", "ada", new Report());

            assertThat(failing.would(NAME, archive.state(NAME)).kind()).isEqualTo(Outcome.Kind.FAILED);
            assertThat(failing.would(CREATED, archive.state(CREATED)).kind()).isEqualTo(Outcome.Kind.PRESENT);
            assertThat(replacing.would(NAME, archive.state(NAME)).kind()).isEqualTo(Outcome.Kind.REPLACED);
            assertThat(failing.would(LONG, archive.state(LONG)))
                    .isEqualTo(new Outcome(Outcome.Kind.BROUGHT, 1, 0, "", null));
        }
        assertThat(target.history(NAME, 10, 10)).hasSize(1);
        assertThat(target.current(LONG)).isEmpty();
    }
}
