package io.kolumn.state.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service as a process: how it starts, refuses to start, and ends. */
class StartupIT {

    private static final Path JAR =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void everyProblemIsNamedAtOnceAndNoStackTraceIsShown() throws Exception {
        String output = refused("-Dkolumn.state.backend=locl", "-Dkolumn.state.local.permisions=0644");

        assertThat(output)
                .contains("kolumn.state.backend=locl: is not a type of storage")
                .contains("kolumn.state.local.permisions: is not a key of 'local'");
    }

    @Test
    void everyWrongValueIsNamedAtOnce() throws Exception {
        String output = refused(
                "-Dkolumn.state.local.permissions=abc",
                "-Dkolumn.state.local.backup_count=many",
                "-Dkolumn.state.max-document-size=12Q",
                "-Dquarkus.http.host=0.0.0.0");

        assertThat(output)
                .contains("kolumn.state.local.permissions=abc")
                .contains("kolumn.state.local.backup-count=many")
                .contains("kolumn.state.max-document-size=12Q")
                .contains("quarkus.http.host=0.0.0.0: is not a loopback address");
    }

    @Test
    void aPathThatIsAFolderIsRefused() throws Exception {
        assertThat(refused("-Dkolumn.state.local.path=" + folder)).contains("is a folder; name a file in it");
    }

    @Test
    void theEnvironmentIsReadAndAnUnknownNameInItIsAWarning() throws Exception {
        Path backups = folder.resolve("backups");
        Process process =
                start(Map.of("KOLUMN_STATE_LOCAL_BACKUP_DIR", backups.toString(), "KOLUMN_STATE_LOCAL_BAKUP_DIR", "x"));
        Wire wire = Wire.to(listening());

        write(wire, 1);
        write(wire, 2);

        assertThat(log()).contains("KOLUMN_STATE_LOCAL_BAKUP_DIR");
        await().untilAsserted(() -> assertThat(backups.resolve("prod")).isNotEmptyDirectory());
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void outsideOfATerminalTheLogIsJson() throws Exception {
        start(Map.of());
        write(Wire.to(listening()), 1);

        List<String> lines = log().lines().filter(line -> !line.isBlank()).toList();

        assertThat(lines).isNotEmpty().allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lines).anyMatch(line -> line.contains("put state=prod"));
    }

    @Test
    void whatWasAcknowledgedOutlivesAKillAndAnOrderlyEndIsQuick() throws Exception {
        Process killed = start(Map.of());
        write(Wire.to(listening()), 1);
        killed.destroyForcibly();
        assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();

        Process next = start(Map.of());
        assertThat(Wire.to(listening()).get("/terraform/prod").text()).isEqualTo(TestStates.state(1));
        next.destroy();

        assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isEqualTo(143);
    }

    private static void write(Wire wire, long serial) {
        assertThat(wire.request("POST", "/terraform/prod")
                        .json(TestStates.state(serial))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    private String refused(String... options) throws Exception {
        Process process = start(Map.of(), options);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(log())
                .doesNotContain("\tat ")
                .doesNotContain("exceptionType")
                .doesNotContain("Exception:");
        return log();
    }

    private Process start(Map<String, String> environment, String... options) throws IOException {
        Files.deleteIfExists(folder.resolve("log"));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dquarkus.http.port=0"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.redirectOutput(folder.resolve("log").toFile()).start();
        started.add(process);
        return process;
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private URI listening() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            Matcher matcher = LISTENING.matcher(log());
                            return matcher.find() ? URI.create(matcher.group(1)) : null;
                        },
                        uri -> uri != null);
    }
}
