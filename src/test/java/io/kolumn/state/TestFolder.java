package io.kolumn.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders of tests: for files that readers may want to see afterwards, and for those that nobody wants to see. */
public final class TestFolder {

    private TestFolder() {}

    /** A folder of this JVM alone, which is not made yet: tests run in several at once. */
    public static Path named(String name) {
        return Path.of("target", "tests", String.valueOf(ProcessHandle.current().pid()), name)
                .toAbsolutePath();
    }

    /** Makes a folder that goes with this JVM, where JUnit's {@code @TempDir} comes too late or goes too early. */
    public static Path temporary(String prefix) {
        try {
            Path folder = Files.createTempDirectory(prefix);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes a folder with all that is in it. What a process makes there meanwhile may stay. */
    public static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // it is gone
        } catch (IOException | UncheckedIOException e) {
            System.err.println("The folder " + folder + " stays: " + e);
        }
    }
}
