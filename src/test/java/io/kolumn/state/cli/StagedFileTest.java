package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file takes the place of another when it is whole. */
class StagedFileTest {

    @TempDir
    Path folder;

    private static void write(StagedFile staged, String text) throws IOException {
        staged.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theFileOfBeforeStaysUntilTheNewOneIsWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "before");
        try (StagedFile staged = StagedFile.of(file)) {
            write(staged, "after");
            assertThat(staged.replaces()).isTrue();
            assertThat(file).hasContent("before");
            staged.put();
            assertThat(file).hasContent("after");
        }
        assertThat(entries()).containsExactly("a");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void oneThatIsGivenUpLeavesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "before");
        try (StagedFile staged = StagedFile.of(file)) {
            write(staged, "after");
        }
        assertThat(file).hasContent("before");
        assertThat(entries()).containsExactly("a");
    }

    @Test
    void aPartStandsBesideTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "before");
        Files.writeString(folder.resolve("a.partial"), "an older part");
        try (StagedFile staged = StagedFile.of(file)) {
            write(staged, "half");
            assertThat(staged.putPartial()).contains(folder.resolve("a.partial"));
        }
        assertThat(file).hasContent("before");
        assertThat(folder.resolve("a.partial")).hasContent("half");
        assertThat(entries()).containsExactly("a", "a.partial");
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path real = Files.createDirectories(folder.resolve("real")).resolve("a");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real", "a"));
        for (String text : List.of("first", "second")) {
            try (StagedFile staged = StagedFile.of(link)) {
                write(staged, text);
                staged.put();
            }
            assertThat(real).hasContent(text);
        }
        assertThat(link).isSymbolicLink();
    }

    /** So that {@code /dev/null} and {@code /dev/stdout} are never replaced by a file. */
    @Test
    @Timeout(60)
    void aPipeIsWrittenTo() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (StagedFile staged = StagedFile.of(pipe)) {
            assertThat(staged.replaces()).isFalse();
            write(staged, "through");
            staged.put();
        }
        assertThat(read.get()).isEqualTo("through");
        assertThat(entries()).containsExactly("pipe");
    }

    @Test
    void whereNoFileCanBeItIsSaidInWords() {
        assertThatThrownBy(() -> StagedFile.of(folder))
                .isInstanceOf(StateCommand.Failure.class)
                .hasMessageContaining("is a folder. Give a file in it.");
        assertThatThrownBy(() -> StagedFile.of(folder.resolve("nowhere/a")))
                .isInstanceOf(StateCommand.Failure.class)
                .hasMessageContaining("There is no folder " + folder.resolve("nowhere"));
    }
}
