package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the machine. */
final class Programs {

    private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

    static {
        // Also if this process is ended from outside, nothing of it stays.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Process::destroy)));
    }

    private Programs() {}

    /** Starts a program that ends with this process at the latest. */
    static Process start(ProcessBuilder program) throws IOException {
        Process process = program.start();
        STARTED.add(process);
        return process;
    }

    /** Returns a program on the PATH or in one of these folders, or empty if there is none. */
    static Optional<Path> find(String name, Stream<Path> folders) {
        Stream<Path> path = Arrays.stream(System.getenv("PATH").split(":", -1)).map(Path::of);
        return Stream.concat(path, folders)
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @throws IOException if the program fails, or is not done within two minutes; with what it wrote */
    static void run(List<String> command, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        boolean done = process.waitFor(2, TimeUnit.MINUTES);
        if (!done || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed: " + Files.readString(log));
        }
    }
}
