package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A package that is measured.
 *
 * @param label its name in the tables
 * @param path a folder with {@code quarkus-run.jar}, or a native executable
 */
record Subject(String label, Path path) {

    boolean nativeExecutable() {
        return Files.isRegularFile(path);
    }

    /** Starts the service with the settings of a storage, as the launcher would; it listens on loopback at the port. */
    Process start(Map<String, String> settings, int port, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        if (nativeExecutable()) {
            command.add(path.toString());
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx512m", "-XX:TrimNativeHeapInterval=5000"));
            Path cache = path.resolve("app.aot");
            if (Files.exists(cache)) {
                command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off"));
            }
        }
        command.add("-Dquarkus.http.port=" + port);
        if (!nativeExecutable()) {
            command.addAll(List.of("-jar", path.resolve("quarkus-run.jar").toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // By variables, which keep the keys of a store out of the list of processes.
        settings.forEach((key, value) ->
                builder.environment().put(key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), value));
        return Programs.start(builder);
    }
}
