package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.store.s3.S3Door;
import io.kolumn.state.store.s3.TestS3;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service as a process: how it starts, refuses to start, and ends. */
class StartupIT {

    @TempDir
    Path folder;

    private final List<PackagedService> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(PackagedService::close);
    }

    @Test
    void everyProblemIsNamedAtOnceAndNoStackTraceIsShown() throws Exception {
        String output = refused("-Dkolumn.state.backend=locl", "-Dkolumn.state.local.permisions=0644");

        assertThat(output)
                .contains("kolumn.state.backend=locl: is not a type of storage")
                .contains("kolumn.state.local.permisions: is not a key of 'local'");
    }

    @Test
    void whatTheAccessFileLacksRefusesTheStartBeforeAnythingIsIndexed() throws Exception {
        Path access = Files.writeString(
                folder.resolve("access.properties"),
                "issuer.okta.url=https://issuer.example.org\nissuer.okta.client-id=kolumn\n");

        assertThat(refused("-Dkolumn.state.backend=memory", "-Dkolumn.state.access.file=" + access))
                .contains("kolumn.state.issuer.okta.audience: is required");
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
    void everyProblemOfADatabaseIsNamedAtOnceAndNoPasswordIsShown() throws Exception {
        String output = refused(
                "-Dkolumn.state.backend=pg",
                "-Dkolumn.state.postgres.port=abc",
                "-Dkolumn.state.postgres.ssl-mode=maybe",
                "-Dkolumn.state.postgres.max-conns=0",
                "-Dkolumn.state.postgres.password=s3cr3t-s3cr3t");

        assertThat(output)
                .contains("kolumn.state.postgres.port=abc")
                .contains("kolumn.state.postgres.database: is required")
                .contains("kolumn.state.postgres.username: is required")
                .contains("kolumn.state.postgres.ssl-mode=maybe")
                .contains("kolumn.state.postgres.max-conns=0")
                .doesNotContain("s3cr3t");
    }

    @Test
    void everyProblemOfABucketIsNamedAtOnceAndNoSecretIsShown() throws Exception {
        String output = refused(
                "-Dkolumn.state.backend=aws",
                "-Dkolumn.state.s3.encrypt=perhaps",
                "-Dkolumn.state.s3.storage-class=GLACIER",
                "-Dkolumn.state.s3.max-retries=many",
                "-Dkolumn.state.s3.secret-key=s3cr3t-s3cr3t");

        assertThat(output)
                .contains("kolumn.state.s3.bucket: is required")
                .contains("kolumn.state.s3.encrypt=perhaps")
                .contains("kolumn.state.s3.storage-class=GLACIER")
                .contains("kolumn.state.s3.max-retries=many")
                .doesNotContain("s3cr3t");
    }

    @Test
    void aBucketWhoseStoreLetsTwoWritersWinEndsTheStart() throws Exception {
        TestS3 store = TestS3.embedded();
        try (S3Door door = store.newDoor()) {
            door.behave(S3Door.Behaviour.LETS_RACERS_WIN);
            String output = refused(
                    "-Dkolumn.state.backend=s3",
                    "-Dkolumn.state.s3.bucket=" + store.newBucket(),
                    "-Dkolumn.state.s3.endpoint=" + door.endpoint(),
                    "-Dkolumn.state.s3.access-key=" + store.accessKey(),
                    "-Dkolumn.state.s3.secret-key=" + store.secretKey());

            assertThat(output)
                    .contains("kolumn.state.s3.endpoint=" + door.endpoint())
                    .contains("simultaneous writers")
                    .contains("allow_unsafe_locks=true")
                    .doesNotContain(store.secretKey());
        }
    }

    @Test
    void aStorageThatIsAwayDoesNotEndTheStart() throws Exception {
        Process process = start(
                Map.of(),
                "-Dkolumn.state.backend=s3",
                "-Dkolumn.state.s3.bucket=states",
                "-Dkolumn.state.s3.endpoint=http://127.0.0.1:1",
                "-Dkolumn.state.s3.access-key=AK",
                "-Dkolumn.state.s3.secret-key=SK");
        Wire wire = Wire.to(listening());

        assertThat(wire.get("/q/health/live").status()).isEqualTo(200);
        assertThat(wire.get("/q/health/ready").status()).isEqualTo(503);
        assertThat(wire.get("/q/health/ready").text()).doesNotContain("states", "127.0.0.1");
        assertThat(wire.get("/v1/backend").text()).contains("connection refused");
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "nobody can make a folder in its /proc")
    void aFolderThatCannotBeWrittenIsAWarningThatSaysWhy() throws Exception {
        start(Map.of(), "-Dkolumn.state.local.path=/proc/kolumn/kolumn.klstate");
        Wire wire = Wire.to(listening());

        assertThat(wire.get("/q/health/ready").status()).isEqualTo(503);
        assertThat(log())
                .contains("WARN", "The storage is not usable yet", "/proc/kolumn")
                .doesNotContain("Exception");
    }

    @Test
    void aPortThatIsTakenNamesTheKey() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process =
                    start(Map.of(), "-Dkolumn.state.backend=memory", "-Dquarkus.http.port=" + taken.getLocalPort());

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(log())
                    .contains(Integer.toString(taken.getLocalPort()), "quarkus.http.port", "QUARKUS_HTTP_PORT");
        }
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

    /** As on a read-only root, as any user; below a file nobody can make a folder. */
    @Test
    void neitherATemporaryFolderNorAHomeIsNeeded() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        start(
                Map.of("HOME", file + "/home"),
                "-Djava.io.tmpdir=" + file + "/tmp",
                "-Duser.home=" + file + "/home",
                "-Dkolumn.state.backend=memory");
        Wire wire = Wire.to(listening());

        write(wire, 1);

        assertThat(wire.get("/terraform/prod").text()).isEqualTo(TestStates.state(1));
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
    void theLastLineOfTheStartSaysWhereItIsWhatItServesAndWhatToDoNext() throws Exception {
        start(Map.of(), "-Dkolumn.state.local.path=states/kolumn.klstate");
        String address = listening().toString();

        await().untilAsserted(() -> assertThat(log().lines().toList().getLast())
                .contains("listens at " + address)
                .contains("'local' {path=states/kolumn.klstate}")
                .contains("Next: ")
                .contains(address + "/terraform/<name>"));
    }

    @Test
    void theLastLineNamesADatabaseWithoutItsPassword() throws Exception {
        start(
                Map.of("KOLUMN_STATE_POSTGRES_PASSWORD", "s3cr3t-s3cr3t"),
                "-Dkolumn.state.backend=pg",
                "-Dkolumn.state.postgres.port=1",
                "-Dkolumn.state.postgres.database=states",
                "-Dkolumn.state.postgres.username=kolumn");
        listening();

        await().untilAsserted(() -> assertThat(log().lines().toList().getLast())
                .contains("'postgres' {host=localhost, database=states, username=kolumn}"));
        assertThat(log())
                .contains("The storage is not usable yet", "connection refused")
                .doesNotContain("s3cr3t");
    }

    /** Also where whatever started it, such as a build, kept the input. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "script of util-linux makes the terminal")
    void inATerminalTheLogIsForPeople() throws Exception {
        String command =
                PackagedService.command(List.of("-Dquarkus.http.port=0", "-Dkolumn.state.backend=memory")).stream()
                        .map(part -> "'" + part + "'")
                        .collect(Collectors.joining(" ", "exec ", " </dev/null"));
        Path output = folder.resolve("terminal");
        Process process = new ProcessBuilder("script", "-qefc", command, output.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(Files.readString(output)).contains("Next: "));
            assertThat(Files.readString(output)).contains("INFO").doesNotContain("{\"");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
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
                .doesNotContain("Exception:")
                .doesNotContain("could not be indexed");
        return log();
    }

    private Process start(Map<String, String> environment, String... options) {
        PackagedService service = PackagedService.start(folder, environment, List.of(options));
        started.add(service);
        return service.process();
    }

    private String log() {
        return started.getLast().log();
    }

    private URI listening() {
        return started.getLast().url();
    }
}
