package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.s3.TestS3;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** The packaged program as a command, in a process of its own. */
class CommandIT {

    private static final int MANY = 300;

    /** A shell has what it starts in the background ignore SIGINT, and everything that this starts. */
    private static final List<String> HEARING_CTRL_C = List.of("env", "--default-signal=INT");

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private record Ended(int code, String out, String err) {}

    private Process start(Map<String, String> environment, List<String> options, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        all.addAll(options);
        List<String> command = new ArrayList<>(OS.LINUX.isCurrentOs() ? HEARING_CTRL_C : List.of());
        command.addAll(PackagedService.command(all, args));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KOLUMN_") || name.startsWith("QUARKUS_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Ended ended(Process process) throws Exception {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private Ended run(String... args) throws Exception {
        Process process = start(Map.of(), List.of(), args);
        process.getOutputStream().close();
        return ended(process);
    }

    private StateBackend open(String place) {
        return BackendFactory.withBuiltIns().create("local", Map.of("path", path(place), "backup_count", "100"));
    }

    private String path(String place) {
        return folder.resolve(place + "/kolumn.klstate").toString();
    }

    private void fill() {
        try (StateBackend source = open("source")) {
            for (int number = 0; number < MANY; number++) {
                for (int serial = 1; serial <= 2; serial++) {
                    source.put(
                            StateName.of("s/" + number),
                            StateDocument.parse(TestStates.state(serial, TestStates.LINEAGE, "käse " + number)),
                            WriteOptions.by("ada"));
                }
            }
        }
    }

    private static List<StateHead> heads(StateBackend backend) {
        return backend.list(new ListQuery("", null, ListQuery.MAX_LIMIT, true, true))
                .heads();
    }

    private Process migrate() throws IOException {
        return start(
                Map.of(),
                List.of(),
                "migrate",
                "--from=local",
                "--from-set=path=" + path("source"),
                "--to=local",
                "--to-set=path=" + path("target"),
                "--run=run-1",
                "--parallel=2");
    }

    private void awaitArrivals(int states) {
        try (StateBackend target = open("target")) {
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> heads(target).size() >= states);
        }
    }

    private void assertAllArrived() {
        try (StateBackend source = open("source");
                StateBackend target = open("target")) {
            List<StateHead> there = heads(source);
            assertThat(there).hasSize(MANY).allMatch(head -> head.lock() == null);
            for (StateHead head : there) {
                assertThat(target.get(head.name())).isEqualTo(source.get(head.name()));
                assertThat(target.history(head.name(), 100, 100)).isEqualTo(source.history(head.name(), 100, 100));
            }
        }
    }

    @Test
    void aDocumentGoesInAndComesOutAgain() throws Exception {
        Process put = start(Map.of(), List.of(), "put", "team-a/prod", "-");
        try (OutputStream in = put.getOutputStream()) {
            in.write(TestStates.state(7, TestStates.LINEAGE, "käse 🧀").getBytes(StandardCharsets.UTF_8));
        }

        String storage = "Storage: local, path " + folder.toRealPath().resolve("data/kolumn.klstate") + "\n";
        assertThat(ended(put)).isEqualTo(new Ended(0, "Written: team-a/prod version 1\n", storage));
        assertThat(run("get", "team-a/prod"))
                .isEqualTo(new Ended(0, TestStates.state(7, TestStates.LINEAGE, "käse 🧀"), storage));
        Ended listed = run("ls");
        assertThat(listed.code()).isZero();
        assertThat(listed.err()).isEqualTo(storage);
        assertThat(run("ls", "--backend=local").out()).isEqualTo(listed.out());
        assertThat(listed.out().replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ", "(time)"))
                .isEqualTo("""
                NAME         VERSION  SERIAL   SIZE  CHANGED               LOCKED BY
                team-a/prod        1       7  217 B  (time)
                """);
        assertThat(folder.resolve("data/team-a/prod.klstate")).exists();
    }

    @Test
    void aPlaceThatIsTakenIsNoMatterSinceNoPortIsOpened() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start(Map.of(), List.of("-Dquarkus.http.port=" + taken.getLocalPort()), "config");

            assertThat(ended(process).code()).isZero();
        }
    }

    @Test
    void aWrongConfigurationIsToldAtOnceWhereItIsUsed() throws Exception {
        Map<String, String> wrong = Map.of("KOLUMN_STATE_BACKEND", "postgres", "KOLUMN_STATE_POSTGRES_PORT", "many");

        Ended ended = ended(start(wrong, List.of(), "ls"));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .contains("kolumn.state.postgres.port=many")
                .contains("kolumn.state.postgres.database: is required")
                .doesNotContain("\tat ");

        assertThat(ended(start(wrong, List.of(), "backends")).code()).isZero();
        Ended other = ended(start(wrong, List.of(), "ls", "--backend=local"));
        assertThat(other.code()).isEqualTo(6);
        assertThat(other.err()).contains("There is no storage at ", "data/kolumn.klstate");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void theConfigurationIsShownWithoutSecrets() throws Exception {
        Map<String, String> configured = Map.of(
                "KOLUMN_STATE_BACKEND", "postgres",
                "KOLUMN_STATE_POSTGRES_DATABASE", "states",
                "KOLUMN_STATE_POSTGRES_USERNAME", "ada",
                "KOLUMN_STATE_POSTGRES_PASSWORD", "s3cr3t");

        Ended ended = ended(start(configured, List.of(), "config"));

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("kolumn.state.postgres.database", "states", "***")
                .doesNotContain("s3cr3t");
    }

    @Test
    void mistakesAndHelpsStartNothing() throws Exception {
        assertThat(run("ls", "--nonsense"))
                .isEqualTo(new Ended(2, "", "There is no option '--nonsense'.\nTry 'kolumn-state ls --help'.\n"));
        assertThat(run("--version").out()).startsWith("kolumn-state ");
        assertThat(run("get", "--help").out())
                .startsWith("Usage: kolumn-state get ")
                .doesNotContain("\u001b");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** A container or a unit has no terminal, and starts the service by the program's name alone. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "script of util-linux makes the terminal")
    void theProgramAloneInATerminalShowsItsHelp() throws Exception {
        String command = PackagedService.command(List.of("-XX:TieredStopAtLevel=1")).stream()
                .map(part -> "'" + part + "'")
                .collect(Collectors.joining(" ", "exec ", ""));
        Path output = folder.resolve("terminal");
        Process process = new ProcessBuilder("script", "-qefc", command, output.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String shown = Files.readString(output).replaceAll("\u001b\\[[0-9;]*m", "");
        assertThat(shown)
                .contains("Usage: kolumn-state ", "serve ", "Exit codes:")
                .doesNotContain("Listening on");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aRunningServiceIsAsked() throws Exception {
        try (PackagedService service = PackagedService.start(folder, Map.of(), List.of())) {
            String server = "--server=" + service.url();
            Path file = Files.writeString(folder.resolve("a.tfstate"), TestStates.state(1));

            assertThat(run("put", "a", file.toString(), server)).isEqualTo(new Ended(0, "Written: a version 1\n", ""));
            assertThat(run("get", "a", server)).isEqualTo(new Ended(0, TestStates.state(1), ""));
            assertThat(run("get", "b", server)).isEqualTo(new Ended(3, "", "There is no state 'b'.\n"));
        }
    }

    @Test
    void aBucketOfTerraformsIsReadHereAndItsStatesAreGivenToTheService() throws Exception {
        TestS3 store = TestS3.embedded();
        String bucket = store.newBucket();
        for (String key : List.of("network/terraform.tfstate", "env:/prod/network/terraform.tfstate")) {
            store.client()
                    .putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(TestStates.state(3)));
        }
        try (PackagedService service = PackagedService.start(folder, Map.of(), List.of())) {
            List<String> args = new ArrayList<>(List.of("import", "--from=terraform-s3", "--server=" + service.url()));
            store.config(bucket).forEach((key, value) -> args.add("--from-set=" + key + "=" + value));

            Ended imported = run(args.toArray(String[]::new));

            assertThat(imported.code()).as(imported.err()).isZero();
            assertThat(imported.out()).containsPattern("brought +2\n").containsPattern("verified +2\n");
            assertThat(run("get", "network/prod", "--server=" + service.url()))
                    .isEqualTo(new Ended(0, TestStates.state(3), ""));
        }
    }

    @Test
    void whatAServiceHasIsExportedAndADamageOfItsStorageIsFoundThroughIt() throws Exception {
        Map<String, String> uncached = Map.of("KOLUMN_STATE_CACHE_SIZE", "0");
        try (PackagedService service = PackagedService.start(folder, uncached, List.of())) {
            String server = "--server=" + service.url();
            for (int serial = 1; serial <= 2; serial++) {
                Path file = Files.writeString(folder.resolve("a.tfstate"), TestStates.state(serial));
                assertThat(run("put", "a", file.toString(), server).code()).isZero();
            }
            assertThat(run("export", "all.tar.gz", server).code()).isZero();
            Ended whole = run("verify", server);
            assertThat(whole.code()).as(whole.err()).isZero();
            assertThat(whole.out()).startsWith("1 states, 2 contents, ");

            flipABitOfTheFirstDocument(folder.resolve("data/.kolumn.klstate.d/a/+head"));

            Ended damaged = run("verify", server);
            assertThat(damaged.code()).isEqualTo(7);
            assertThat(damaged.out()).contains("Version 1 of state 'a'", "1 states, 1 contents");
            byte[] good = Files.readAllBytes(folder.resolve("all.tar.gz"));
            assertThat(run("export", "all.tar.gz", server).code()).isEqualTo(6);
            assertThat(folder.resolve("all.tar.gz")).hasBinaryContent(good);
            assertThat(folder.resolve("all.tar.gz.partial")).exists();
        }
        Ended imported = run("import", "all.tar.gz", "--backend=local", "--set=path=" + path("target"));
        assertThat(imported.out()).containsPattern("versions +2\n").containsPattern("verified +2\n");
    }

    /** It lies behind the first line of the log and that of its record. */
    private static void flipABitOfTheFirstDocument(Path log) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        assertThat(bytes[13 + 79]).isEqualTo((byte) '{');
        bytes[13 + 79 + 5] ^= 1;
        Files.write(log, bytes);
    }

    @Test
    void aMigrationThatWasKilledGoesOn() throws Exception {
        fill();
        Process first = migrate();
        awaitArrivals(MANY * 4 / 10);
        first.destroyForcibly();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        try (StateBackend target = open("target")) {
            assertThat(heads(target)).hasSizeLessThan(MANY);
        }

        Ended second = ended(migrate());

        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.out()).containsPattern("failed +0\n");
        assertAllArrived();
    }

    /** The codes are what shells have for these signals. */
    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no such signals")
    void aMigrationThatIsInterruptedGivesItsLocksBack(String signal, int code) throws Exception {
        fill();
        Process first = migrate();
        awaitArrivals(MANY / 10);
        new ProcessBuilder("kill", "-" + signal, Long.toString(first.pid()))
                .start()
                .waitFor();
        Ended ended = ended(first);

        assertThat(ended.code()).isEqualTo(code);
        assertThat(ended.err()).contains("Interrupted.");
        try (StateBackend source = open("source");
                StateBackend target = open("target")) {
            assertThat(heads(source)).allMatch(head -> head.lock() == null);
            assertThat(heads(target)).hasSizeLessThan(MANY).noneMatch(StateHead::incomplete);
        }
        assertThat(ended(migrate()).code()).isZero();
        assertAllArrived();
    }

    @Test
    void whatIsExportedIsImported() throws Exception {
        fill();
        Ended out = run("export", "all.tar.gz", "--backend=local", "--set=path=" + path("source"));
        assertThat(out.code()).as(out.err()).isZero();

        Ended in = run("import", "all.tar.gz", "--backend=local", "--set=path=" + path("target"));

        assertThat(in.code()).as(in.err()).isZero();
        assertAllArrived();
        Ended verified = run("verify", "--backend=local", "--set=path=" + path("target"));
        assertThat(verified.code()).isZero();
        assertThat(verified.out())
                .startsWith(MANY + " states, " + 2 * MANY + " contents")
                .contains("ok");
    }
}
