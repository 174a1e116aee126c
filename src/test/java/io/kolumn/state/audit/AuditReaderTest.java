package io.kolumn.state.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trail as people read it: the newest line first, by pages, over all of its files. */
class AuditReaderTest {

    @TempDir
    Path folder;

    private Path trail(int lines, long largest) throws IOException {
        Path path = folder.resolve("audit.jsonl");
        try (AuditFile file = AuditFile.open(path, largest, Clock.systemUTC())) {
            for (int i = 2; i <= lines; i++) {
                file.append(Map.of("event", "write", "state", "team-" + i % 7 + "/x", "text", "é\n\"".repeat(i % 400)));
            }
        }
        return path;
    }

    private static List<Long> numbers(AuditReader reader, String state, int limit) throws IOException {
        List<Long> numbers = new ArrayList<>();
        AuditReader.Position before = null;
        do {
            AuditReader.Page page = reader.read(line -> line.get("state").contains(state), before, limit);
            page.lines().forEach(line -> numbers.add(line.number()));
            assertThat(page.lines()).hasSizeLessThanOrEqualTo(limit);
            before = page.next();
        } while (before != null);
        return numbers;
    }

    @Test
    void everyLineOfEveryFileIsReadOnceNewestFirst() throws IOException {
        AuditReader reader = new AuditReader(trail(3_000, 200_000));

        List<Long> all = numbers(reader, "", 50);

        assertThat(reader.size().files()).isGreaterThan(3);
        List<Long> expected = LongStream.rangeClosed(1, all.getFirst()).boxed().toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(3_000).containsExactlyElementsOf(expected.reversed());
        assertThat(numbers(reader, "team-3", 7))
                .hasSize(numbers(reader, "team-3", 1_000).size());
    }

    @Test
    void aPageGoesOnWhereItEndedThoughTheFileWasGivenAnotherName() throws IOException {
        Path path = trail(100, 1 << 20);
        AuditReader reader = new AuditReader(path);
        AuditReader.Page first = reader.read(line -> true, null, 10);
        Files.move(path, AuditTrails.rotatedName(path, 1));
        Files.createFile(path);

        AuditReader.Page second = reader.read(line -> true, first.next(), 10);

        assertThat(first.lines().getLast().number()).isEqualTo(91);
        assertThat(second.lines().getFirst().number()).isEqualTo(90);
        assertThat(second.full()).isTrue();
    }

    @Test
    void whatIsNoRecordIsPassedOver() throws IOException {
        Path path = trail(5, 1 << 20);
        Files.writeString(path, "{\"n\": 6, \"event\": \"wri", StandardOpenOption.APPEND);

        assertThat(numbers(new AuditReader(path), "", 2)).containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void aSearchForWhatIsRareEndsAndGoesOn() throws IOException {
        Path path = folder.resolve("audit.jsonl");
        String line = "{\"n\":%d,\"previous\":\"0\",\"event\":\"%s\",\"text\":\"" + "x".repeat(100_000) + "\"}\n";
        StringBuilder text = new StringBuilder(line.formatted(1, "rare"));
        for (int i = 2; i <= 400; i++) {
            text.append(line.formatted(i, "write"));
        }
        Files.writeString(path, text);
        AuditReader reader = new AuditReader(path);

        AuditReader.Page first = reader.read(found -> found.get("event").equals("rare"), null, 1);

        assertThat(first.lines()).isEmpty();
        assertThat(first.full()).isFalse();
        AuditReader.Page page = first;
        int pages = 1;
        while (page.lines().isEmpty() && page.next() != null) {
            page = reader.read(found -> found.get("event").equals("rare"), page.next(), 1);
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(page.lines()).extracting(AuditReader.Line::number).containsExactly(1L);
    }

    @Test
    void aPositionIsTwoNumbers() {
        assertThat(AuditReader.Position.parse("1-200")).hasToString("1-200");
        for (String wrong : List.of("", "1", "1-", "-1-2", "a-b", "1-1234567890123456789")) {
            assertThatIllegalArgumentException().isThrownBy(() -> AuditReader.Position.parse(wrong));
        }
    }

    @Test
    void aTrailThatIsNotThereIsEmpty() throws IOException {
        assertThat(new AuditReader(folder.resolve("none.jsonl"))
                        .read(line -> true, null, 5)
                        .lines())
                .isEmpty();
    }
}
