package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is read, and a damage is told with where it is. */
class VerificationTest {

    private static final StateName NAME = StateName.of("team-a/prod");

    @TempDir
    Path folder;

    private StateBackend backend;

    @BeforeEach
    void open() {
        backend = BackendFactory.withBuiltIns()
                .create("local", Map.of("path", folder.resolve("k.klstate").toString()));
        for (long serial = 1; serial <= 3; serial++) {
            backend.put(
                    NAME,
                    StateDocument.parse("{\"version\": 4, \"serial\": " + serial
                            + ", \"lineage\": \"5f1c\", \"large\": \"" + "x".repeat(70_000) + "\"}"),
                    WriteOptions.none());
        }
        backend.put(StateName.of("team-b"), StateDocument.parse("{\"version\": 4}"), WriteOptions.none());
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private Report verify(String prefix) {
        return verify(prefix, false);
    }

    private Report verify(String prefix, boolean sweeping) {
        Report report = new Report();
        new Verification(WholeStates.of(backend), prefix, 4, sweeping, report, () -> false).run();
        return report;
    }

    private Path content(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".k.klstate.d/team-a/prod"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatIsInOrderHasNoTroubles() {
        Report report = verify("");

        assertThat(report.failures()).isEmpty();
        assertThat(report.states()).isEqualTo(2);
        assertThat(report.verified()).isEqualTo(4);
        assertThat(verify("team-b").verified()).isEqualTo(1);
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        Path file = content("+2-");
        byte[] bytes = Files.readAllBytes(file);
        bytes[5] ^= 1;
        Files.write(file, bytes);

        assertThat(verify("").failures()).singleElement().satisfies(failure -> {
            assertThat(failure.name()).isEqualTo("team-a/prod");
            assertThat(failure.problem()).contains("Version 2", "damaged");
        });
    }

    @Test
    void aLostContentIsFoundAndTheOthersAreReadAllTheSame() throws IOException {
        Files.delete(content("+1-"));

        Report report = verify("");

        assertThat(report.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.problem()).contains("version 1"));
        assertThat(report.verified()).isEqualTo(3);
    }

    @Test
    void whatAnInterruptedCommitLeftIsListedAndRemovedWhenItIsOld() throws IOException {
        Path old = Files.writeString(content("+3-").resolveSibling("+3-0123456789abcdef"), "{}");
        Path young = Files.writeString(content("+3-").resolveSibling("+4-0123456789abcdef"), "{}");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

        Report listed = verify("");
        assertThat(listed.failures()).isEmpty();
        assertThat(listed.orphans())
                .extracting(Report.Failure::problem)
                .containsExactlyInAnyOrder(old.toString(), young.toString());
        assertThat(old).exists();

        Report swept = verify("", true);
        assertThat(swept.swept()).isEqualTo(1);
        assertThat(swept.orphans()).extracting(Report.Failure::problem).containsExactly(young.toString());
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(swept.verified()).isEqualTo(4);
    }
}
