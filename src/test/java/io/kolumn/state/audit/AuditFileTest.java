package io.kolumn.state.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.audit.AuditTrails.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {

    private static final long LARGE = 1 << 20;

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void path() {
        path = folder.resolve("audit.jsonl");
    }

    private void write(int lines, long largest) throws IOException {
        try (AuditFile file = AuditFile.open(path, largest, Clock.systemUTC())) {
            for (int i = 0; i < lines; i++) {
                file.append(Map.of("event", "put", "state", "team-a/" + i, "version", (long) i));
            }
        }
    }

    @Test
    void linesFollowEachOtherOverOpenings() throws IOException {
        write(3, LARGE);
        write(2, LARGE);

        Verified verified = AuditTrails.verify(path);

        assertThat(verified.problems()).isEmpty();
        assertThat(verified.records()).isEqualTo(7);
        assertThat(verified.first()).isEqualTo(1);
        assertThat(verified.last()).isEqualTo(7);
        assertThat(Files.readAllLines(path).get(1))
                .startsWith("{\"n\":2,\"previous\":\"")
                .contains("\"state\":\"team-a/0\"", "\"version\":0");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void aTrailWithTheOlderNamesOfEventsAndMembersIsStillVerified() throws IOException {
        String first = "{\"n\":1,\"previous\":\"" + "0".repeat(64)
                + "\",\"event\":\"put\",\"identity\":\"user/ada\",\"proof\":\"password\",\"who\":\"ada@build-7\"}";
        String second = "{\"n\":2,\"previous\":\"" + AuditRecord.hash(first.getBytes(StandardCharsets.UTF_8))
                + "\",\"event\":\"set-aside\",\"quarantined\":\"5f1c\",\"outcome\":\"full\"}";
        Files.writeString(path, first + "\n" + second + "\n");

        assertThat(AuditTrails.verify(path).problems()).isEmpty();
        assertThat(AuditTrails.verify(path).last()).isEqualTo(2);

        write(1, LARGE);
        assertThat(AuditTrails.verify(path).problems()).isEmpty();
    }

    @Test
    void manyThreadsWriteOneTrail() throws IOException {
        try (AuditFile file = AuditFile.open(path, 8_000, Clock.systemUTC());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                int number = i;
                threads.submit(() -> file.append(Map.of("event", "put", "state", "s" + number)));
            }
        }

        Verified verified = AuditTrails.verify(path);

        assertThat(verified.problems()).isEmpty();
        assertThat(verified.records()).isEqualTo(500 + AuditTrails.rotated(path).size() + 1);
        assertThat(AuditTrails.rotated(path)).hasSizeGreaterThan(2);
    }

    @Test
    void anAlteredLineIsFound() throws IOException {
        write(10, LARGE);
        List<String> lines = Files.readAllLines(path);
        lines.set(4, lines.get(4).replace("team-a/3", "team-b/3"));
        Files.write(path, lines);

        assertThat(AuditTrails.verify(path).problems())
                .singleElement()
                .asString()
                .contains("line 6", "altered");
    }

    @Test
    void removedAndMovedAndAddedLinesAreFound() throws IOException {
        write(10, LARGE);
        List<String> whole = Files.readAllLines(path);

        List<String> removed = new ArrayList<>(whole);
        removed.remove(5);
        Files.write(path, removed);
        assertThat(AuditTrails.verify(path).problems())
                .singleElement()
                .asString()
                .contains("line 6", "missing");

        List<String> moved = new ArrayList<>(whole);
        moved.add(2, moved.remove(7));
        Files.write(path, moved);
        assertThat(AuditTrails.verify(path).intact()).isFalse();

        List<String> added = new ArrayList<>(whole);
        added.add(5, "{\"event\":\"nothing\"}");
        Files.write(path, added);
        assertThat(AuditTrails.verify(path).problems())
                .singleElement()
                .asString()
                .contains("line 6", "not a record");

        Files.write(path, whole.subList(1, whole.size()));
        assertThat(AuditTrails.verify(path).first()).isEqualTo(2);
    }

    @Test
    void anEndThatWasCutOffIsFoundByWhoeverKeptItsHash() throws IOException {
        write(10, LARGE);
        Verified before = AuditTrails.verify(path);
        List<String> lines = Files.readAllLines(path);
        Files.write(path, lines.subList(0, 6));

        assertThat(AuditTrails.verify(path).intact()).isTrue();
        assertThat(AuditTrails.verify(path, before.last(), before.hash()).problems())
                .singleElement()
                .asString()
                .contains("line 11", "not there");
        Files.write(path, lines);
        assertThat(AuditTrails.verify(path, before.last(), before.hash()).intact())
                .isTrue();
    }

    @Test
    void aTornLineIsKeptAndToldOf() throws IOException {
        write(3, LARGE);
        Files.writeString(path, "{\"n\":5,\"previous\":\"12", StandardOpenOption.APPEND);
        assertThat(AuditTrails.verify(path).intact()).isTrue();
        assertThat(AuditTrails.verify(path).torn()).isEqualTo(1);

        write(2, LARGE);

        Verified verified = AuditTrails.verify(path);
        assertThat(verified.problems()).isEmpty();
        assertThat(verified.torn()).isEqualTo(1);
        assertThat(verified.last()).isEqualTo(7);
        assertThat(Files.readString(path))
                .contains("{\"n\":5,\"previous\":\"12\n{\"n\":5,")
                .contains("\"torn\":\"");
    }

    /** So nobody can hide an altered line by tearing it. */
    @Test
    void aTornLineThatNoOtherTellsOfIsAProblem() throws IOException {
        write(5, LARGE);
        List<String> lines = Files.readAllLines(path);
        lines.add(3, lines.get(3).substring(0, 20));
        Files.write(path, lines);

        assertThat(AuditTrails.verify(path).problems())
                .singleElement()
                .asString()
                .contains("line 4", "not a record");
    }

    @Test
    void aTrailGoesOnInANewFileAndOlderOnesMayBeTakenAway() throws IOException {
        write(200, 4096);
        List<Path> older = AuditTrails.rotated(path);
        assertThat(older).hasSizeGreaterThan(3);
        assertThat(older.getFirst().getFileName()).hasToString("audit-000000000001.jsonl");
        assertThat(AuditTrails.verify(path).intact()).isTrue();

        Files.delete(older.getFirst());
        Verified rest = AuditTrails.verify(path);
        assertThat(rest.intact()).isTrue();
        assertThat(rest.first()).isGreaterThan(1);

        Files.delete(older.get(2));
        assertThat(AuditTrails.verify(path).problems())
                .singleElement()
                .asString()
                .contains("missing");
    }

    @Test
    void aCrashBetweenTwoFilesLosesNothing() throws IOException {
        write(50, 4096);
        long last = AuditTrails.verify(path).last();
        Files.move(path, folder.resolve("audit-000000009999.jsonl"));

        write(1, 4096);

        assertThat(AuditTrails.verify(path).problems()).isEmpty();
        assertThat(AuditTrails.verify(path).last()).isEqualTo(last + 2);
    }

    @Test
    void aFileHasOneWriter() throws IOException {
        try (AuditFile file = AuditFile.open(path, LARGE, Clock.systemUTC())) {
            assertThatThrownBy(() -> AuditFile.open(path, LARGE, Clock.systemUTC()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
            assertThat(file.append(Map.of("event", "x"))).isNotEmpty();
        }
    }
}
