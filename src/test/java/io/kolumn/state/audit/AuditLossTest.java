package io.kolumn.state.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.audit.AuditTrails.Verified;
import io.kolumn.state.http.RefusalLines;
import io.kolumn.state.store.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit trail that is taken away, or whose disk is full. */
class AuditLossTest {

    private static final long LARGE = 64 << 20;
    private static final Map<String, String> LINE = Map.of("event", "put", "state", "team-a/" + "x".repeat(400));

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("audit.jsonl");
    }

    private static AuditFile open(Path path) throws IOException {
        return AuditFile.open(path, LARGE, Clock.systemUTC());
    }

    // Taken away.

    @Test
    void aFileThatIsRemovedIsNoticedWithTheNextLine() throws IOException {
        try (AuditFile file = open(path())) {
            file.append(LINE);
            Files.delete(path());
            file.append(LINE);
            file.append(LINE);
        }

        assertThat(Files.readAllLines(path())).hasSize(3).first().asString().contains("\"n\":3", "\"event\":\"gap\"");
        assertThat(AuditTrails.verify(path()).problems())
                .singleElement()
                .asString()
                .contains("line 1", "was removed while the service wrote it");
    }

    @Test
    void aFileThatIsReplacedIsNoticedWithTheNextLine() throws IOException {
        try (AuditFile file = open(path())) {
            file.append(LINE);
            Files.copy(path(), folder.resolve("copy"));
            file.append(LINE);
            Files.move(folder.resolve("copy"), path(), StandardCopyOption.REPLACE_EXISTING);
            file.append(LINE);
        }

        assertThat(AuditTrails.verify(path()).problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("number 4 after number 2", "missing"))
                .anySatisfy(problem -> assertThat(problem).contains("was replaced while the service wrote it"));
    }

    @Test
    void aFileThatIsCutOffIsNoticedWithTheNextLine() throws IOException {
        try (AuditFile file = open(path())) {
            file.append(LINE);
            file.append(LINE);
            Files.write(path(), new byte[0]);
            file.append(LINE);
        }

        assertThat(AuditTrails.verify(path()).problems())
                .singleElement()
                .asString()
                .contains("was cut off while the service wrote it");
    }

    @Test
    void aFileThatGrowsUnderItsOwnNameIsNoLoss() throws IOException {
        try (AuditFile file = AuditFile.open(path(), 4096, Clock.systemUTC())) {
            for (int i = 0; i < 40; i++) {
                file.append(LINE);
            }
        }

        assertThat(AuditTrails.rotated(path())).hasSizeGreaterThan(2);
        assertThat(AuditTrails.verify(path()).problems()).isEmpty();
    }

    // A full disk.

    @Test
    @Tag("mount")
    void aChangeIsRecordedOnAFullDiskAndTheNextIsRefusedUntilThereIsRoom() throws Exception {
        try (TinyDisk disk = new TinyDisk(folder, 256);
                AuditFile file = open(path())) {
            file.append(LINE);
            assertThat(file.writable()).isTrue();
            disk.fill(0);

            for (int i = 0; i < 20; i++) {
                file.append(LINE);
            }
            assertThat(file.writable()).isFalse();
            assertThat(file.appendIfRoom(LINE)).isEmpty();

            disk.free();
            assertThat(file.writable()).isTrue();
            file.append(LINE);
            Verified verified = AuditTrails.verify(path());
            assertThat(verified.problems()).isEmpty();
            assertThat(Files.readAllLines(path()))
                    .filteredOn(line -> line.contains("\"event\":\"put\"") && line.endsWith("}"))
                    .hasSize(22);
        }
    }

    @Test
    @Tag("mount")
    void linesThatAreLostAreCountedInTheTrailAndFoundByVerify() throws Exception {
        try (TinyDisk disk = new TinyDisk(folder, 256);
                AuditFile file = open(path())) {
            disk.fill(0);
            int lost = 0;
            for (int i = 0; i < 200; i++) {
                try {
                    file.append(LINE);
                } catch (IOException e) {
                    lost++;
                }
            }
            assertThat(lost).isBetween(1, 199);
            disk.free();
            file.append(LINE);

            assertThat(AuditTrails.verify(path()).problems())
                    .singleElement()
                    .asString()
                    .contains(lost + " lines could not be written and are lost");
        }
    }

    @Test
    @Tag("mount")
    void whatIsNoChangeLeavesRoomForChanges() throws Exception {
        try (TinyDisk disk = new TinyDisk(folder, 256);
                AuditFile file = open(path())) {
            int written = 0;
            while (written < 2_000 && file.appendIfRoom(LINE).isPresent()) {
                written++;
            }
            assertThat(written).isBetween(1, 1_999);
            for (int i = 0; i < 50; i++) {
                file.append(LINE);
            }
            assertThat(file.writable()).isTrue();
            assertThat(disk.folder()).exists();
        }
    }

    @Test
    void aTrailThatCannotBeWrittenSaysSo() throws IOException {
        try (AuditFile file = open(path())) {
            Files.delete(path());
            Files.createDirectory(path());
            assertThatThrownBy(() -> file.append(LINE)).isInstanceOf(IOException.class);
            assertThat(file.writable()).isFalse();
            Files.delete(path());
            assertThat(file.writable()).isTrue();
        }
        assertThat(AuditTrails.verify(path()).problems())
                .singleElement()
                .asString()
                .contains("1 lines could not be written");
    }

    // Refusals of nobody in particular.

    @Test
    void refusalsGetSoManyLinesAMinuteAndTheOthersAreCounted() {
        RefusalLines lines = new RefusalLines(3);
        Instant start = Instant.parse("2026-11-29T12:00:00Z");
        int own = 0;
        for (int second = 0; second < 60; second++) {
            own += lines.mayHaveOne(start.plusSeconds(second)) ? 1 : 0;
        }

        assertThat(own).isEqualTo(3);
        assertThat(lines.due(start.plusSeconds(62))).isEmpty();
        assertThat(lines.due(start.plusSeconds(63)))
                .contains(new RefusalLines.Sum(57, start.plusSeconds(3), start.plusSeconds(59)));
        assertThat(lines.due(start.plus(Duration.ofHours(1)))).isEmpty();
        assertThat(lines.mayHaveOne(start.plusSeconds(64))).isTrue();
    }

    @Test
    void aSumThatCouldNotBeWrittenIsCountedOn() {
        RefusalLines lines = new RefusalLines(0);
        Instant start = Instant.parse("2026-11-29T12:00:00Z");
        assertThat(lines.mayHaveOne(start)).isFalse();
        lines.again(lines.all().orElseThrow());
        assertThat(lines.mayHaveOne(start.plusSeconds(1))).isFalse();

        assertThat(lines.all()).contains(new RefusalLines.Sum(2, start, start.plusSeconds(1)));
    }
}
