package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Makes the AOT cache of the package, as an image does, and starts the service with it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the training is a shell script")
@DisabledIfSystemProperty(
        named = "packaged.executable",
        matches = ".+",
        disabledReason = "a native executable has none")
class AotCacheIT {

    private static final Path PACKAGE = Path.of("target/quarkus-app").toAbsolutePath();

    @TempDir
    Path folder;

    @Test
    void trainingMakesACacheThatTheServiceStartsFrom() throws Exception {
        Path cache = PACKAGE.resolve("app.aot");
        Files.deleteIfExists(cache);

        train();

        assertThat(cache).isNotEmptyFile();
        // Off its cache, the JVM refuses to start in this mode.
        List<String> options = List.of(
                "-XX:AOTMode=on",
                "-XX:AOTCache=" + cache,
                "-Dkolumn.state.local.path=" + folder.resolve("states.klstate"));
        try (PackagedService service = PackagedService.start(folder, Map.of(), options)) {
            assertThat(service.wire().get("/q/health/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void oneThatDoesNotFitIsPassedOverInSilence() throws Exception {
        Path cache = PACKAGE.resolve("app.aot");
        Path kept = folder.resolve("app.aot");
        boolean trained = Files.exists(cache);
        if (trained) {
            Files.move(cache, kept);
        }
        Files.writeString(cache, "no cache");
        try {
            Process asked = new ProcessBuilder(
                            Path.of("kolumn-state").toAbsolutePath().toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("kolumn-state ")
                    .hasLineCount(1);
            assertThat(asked.waitFor()).isZero();
        } finally {
            Files.delete(cache);
            if (trained) {
                Files.move(kept, cache);
            }
        }
    }

    private void train() throws IOException, InterruptedException {
        Path output = folder.resolve("training.log");
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        Path.of("src/main/docker/train.sh").toAbsolutePath().toString())
                .directory(PACKAGE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("RUNS", "400"); // enough to see that it works, on a busy machine too
        Process process = builder.start();
        try {
            assertThat(process.waitFor(300, TimeUnit.SECONDS))
                    .as("training ends")
                    .isTrue();
        } finally {
            process.destroy();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
