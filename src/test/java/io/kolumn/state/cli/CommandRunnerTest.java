package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Reading arguments: what has to be started, and what is told to those who got them wrong. */
class CommandRunnerTest {

    private final TestRunner program =
            new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));

    private static CommandRunner real() {
        return new CommandRunner(
                new Terminal(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        new PrintWriter(new StringWriter()),
                        false,
                        Map.of()),
                Application.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "serve, SERVICE",
        "ls, APPLICATION",
        "get a, APPLICATION",
        "backends, APPLICATION",
        "config, APPLICATION",
        "health, NOTHING",
        "migrate --to memory, APPLICATION",
        "ls --server http://localhost:1, NOTHING",
        "--help, NOTHING",
        "--version, NOTHING",
        "help, NOTHING",
        "serve --help, NOTHING",
        "ls --help, NOTHING",
        "get, NOTHING",
        "ls --nonsense, NOTHING",
        "nonsense, NOTHING",
        "completion, NOTHING"
    })
    void onlyWhatIsNeededIsStarted(String line, CommandRunner.Need need) {
        assertThat(real().need(line.split(" "))).isEqualTo(need);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls --nonsense",
                "nonsense",
                "get",
                "put a",
                "ls --set a=b",
                "ls --server ftp://example.org",
                "ls --server http://localhost:1 --backend memory",
                "ls --token abc",
                "unlock a",
                "unlock a id --force",
                "lock a --ttl soon",
                "restore a",
                "restore a 1 --quarantined x",
                "get a --version 1 --quarantined x",
                "migrate",
                "migrate --to memory --from-set a=b",
                "migrate --to memory --parallel 0",
                "verify --parallel 65",
                "import",
                "import --from tape",
                "ls -o xml"
            })
    void aWrongCommandLineIsToldWhereToLook(String line) {
        Ended ended = program.run(line.split(" "));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("Try 'kolumn-state").doesNotContain("\tat ");
    }

    @Test
    void everyVerbHasAHelpWithAnExampleAndTheExitCodes() {
        for (Map.Entry<String, CommandLine> verb :
                real().line().getSubcommands().entrySet()) {
            Ended ended = program.run(verb.getKey(), "--help");

            assertThat(ended.code()).as(verb.getKey() + ": " + ended.err()).isZero();
            assertThat(ended.out())
                    .contains("Example:", "kolumn-state " + verb.getValue().getCommandName(), "Exit codes:")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void theCompletionScriptKnowsEveryVerb() {
        String script = program.run("completion").out();

        assertThat(script).contains("complete -F");
        real().line()
                .getSubcommands()
                .keySet()
                .forEach(verb -> assertThat(script).contains(verb));
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(program.run("--version").out()).matches("kolumn-state \\d+\\.\\d+\\.\\d+.*\\s*");
    }

    @Test
    void aWrongTypeOrKeyNamesAllProblems() {
        Ended ended = program.run("ls", "--backend", "pg", "--set", "port=many", "--set", "colour=red");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .contains("kolumn.state.postgres.port=many")
                .contains("kolumn.state.postgres.colour")
                .contains("kolumn.state.postgres.database: is required");
    }

    @Test
    void secretsAreRedacted() {
        Ended ended = program.run(
                "config", "--backend", "pg", "--set", "database=d", "--set", "username=u", "--set", "password=geheim");

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("kolumn.state.postgres.password")
                .contains("***")
                .doesNotContain("geheim");
    }

    @Test
    void credentialsComeFromTheEnvironmentAndAreNeverShown() {
        assertThat(ServerCredentials.of(null, null, Map.of("KOLUMN_TOKEN", "abc"))
                        .authorization())
                .isEqualTo("Bearer abc");
        assertThat(ServerCredentials.of("given", null, Map.of("KOLUMN_TOKEN", "abc"))
                        .authorization())
                .isEqualTo("Bearer given");
        ServerCredentials user = ServerCredentials.of(null, "ada", Map.of("KOLUMN_PASSWORD", "love:lace"));
        assertThat(user.authorization()).isEqualTo("Basic YWRhOmxvdmU6bGFjZQ==");
        assertThat(user.toString()).doesNotContain("YWRh");
        assertThat(ServerCredentials.of(null, null, Map.of()).given()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "10485760, 10.0 MiB", "5368709120, 5.0 GiB"
    })
    void sizesAreForPeople(long bytes, String shown) {
        assertThat(Output.size(bytes)).isEqualTo(shown);
    }

    @Test
    void theProgressSaysHowLongItTakes() {
        assertThat(ProgressLine.line(400, 1000, 40 << 20, Duration.ofSeconds(10)))
                .isEqualTo("400/1000 states, 40.0 MiB, 40 states/s, 4.0 MiB/s, 0:15 left");
        assertThat(ProgressLine.line(3, 0, 0, Duration.ofSeconds(1))).isEqualTo("3 states, 0 B, 3 states/s, 0 B/s");
    }

    @Test
    void whatOthersWroteCannotMoveTheCursor() {
        assertThat(Output.harmless("a\u001b[2Jb\nc")).isEqualTo("a?[2Jb?c");
    }
}
