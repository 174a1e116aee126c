package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.access.AccessConfig;
import io.kolumn.state.access.TestAccess;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.audit.AuditFile;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.server.TestConfig;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs of access: secrets, the policy and the audit trail. */
class AccessCommandsTest {

    @TempDir
    Path folder;

    private final TestRunner program =
            new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));

    @Test
    void aTokenGoesToStandardOutputAloneAndItsHashToTheOther() {
        Ended ended = program.run("token", "create", "--name", "ci.main");

        String token = ended.out().strip();
        assertThat(ended.code()).isZero();
        assertThat(token).matches("kst_[A-Za-z0-9_-]{43}");
        assertThat(ended.err().strip()).isEqualTo("kolumn.state.token.\"ci.main\".hash=" + TestAccess.hashOf(token));
        assertThat(program.run("token", "create").out()).isNotEqualTo(ended.out());
    }

    /** Whatever the name, the line that is printed makes it known when it stands in a file. */
    @ParameterizedTest
    @ValueSource(strings = {"ci", "ci.main", "a b", "a:b=c", "käse #1!", "CORP\\ada", "ada@example.org"})
    void theLineOfATokenCanBeUsed(String name) throws IOException {
        Ended ended = program.run("token", "create", "--name", name);

        Properties file = new Properties();
        file.load(new StringReader(ended.err()));
        Map<String, String> properties =
                file.stringPropertyNames().stream().collect(Collectors.toMap(Function.identity(), file::getProperty));
        List<Problem> problems = new ArrayList<>();
        AccessConfig read = AccessConfig.of(properties, problems);
        assertThat(problems).isEmpty();
        assertThat(read.tokens()).containsOnlyKeys(name);
        assertThat(read.tokens().get(name).values().text("hash"))
                .contains(TestAccess.hashOf(ended.out().strip()));
    }

    @Test
    void secretsAreMadeAsJsonToo() throws IOException {
        JsonNode token = json(program.run("token", "create", "--name", "ci", "-o", "json"));
        assertThat(token.get("hash").asText())
                .isEqualTo(TestAccess.hashOf(token.get("token").asText()));
        assertThat(token.get("key").asText()).isEqualTo("kolumn.state.token.ci.hash");
        JsonNode user = json(program.input("correct horse\n".getBytes(StandardCharsets.UTF_8))
                .run("user", "hash", "-o", "json"));
        assertThat(user.get("hash").asText()).startsWith("pbkdf2-sha256:");
        assertThat(json(program.run("keys", "generate", "--name", "k", "-o", "json"))
                        .get("line")
                        .asText())
                .startsWith("k");
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return new JsonMapper().readTree(ended.out());
    }

    @Test
    void aPasswordComesFromStandardInputAndIsNotShown() {
        Ended ended = program.input("correct horse\n".getBytes(StandardCharsets.UTF_8))
                .run("user", "hash");

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .startsWith("kolumn.state.user.ada.hash=pbkdf2-sha256:600000:")
                .doesNotContain("correct");
        assertThat(program.input("short\n".getBytes(StandardCharsets.UTF_8))
                        .run("user", "hash")
                        .code())
                .isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "--user ada write team-a/prod, 8, denied by the rule 'frozen'",
        "--user ada read team-a/prod, 0, allowed by the rule 'people'",
        "--user ada read team-b/prod, 8, 'no rule allows it; closest rule: ''people'', but it applies to the states team-a/**'",
        "--issuer ci --claim repository=acme/app delete acme/app/x, 8, no rule allows it",
        "--issuer ci --claim repository=acme/app write acme/app/x, 0, allowed by the rule 'ci'",
        "--issuer ci --claim repository=acme/app write acme/other/x, 8, no rule allows it",
        "--anonymous all team-a/prod, 8, no rule allows it",
        "--user nobody read x, 1, ''",
        "--user ada destroy x, 1, ''"
    })
    void explainNamesTheRuleThatDecides(String line, int code, String reason) throws IOException {
        Path file = Files.writeString(folder.resolve("access.properties"), """
                user.ada.hash=pbkdf2-sha256:100000:AAAAAAAAAAAAAAAAAAAAAA:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU
                user.ada.groups=net
                issuer.ci.url=https://ci.example.org
                issuer.ci.audience=kolumn
                policy.people.subjects=group:net
                policy.people.states=team-a/**
                policy.people.roles=writer
                policy.frozen.subjects=authenticated
                policy.frozen.states=**/prod
                policy.frozen.deny=write
                policy.ci.subjects=issuer:ci
                policy.ci.states={+repository}/**
                policy.ci.roles=writer
                """);
        TestRunner configured =
                program.configured(() -> TestConfig.of(Map.of("kolumn.state.access.file", file.toString())));

        Ended ended = configured.run(("explain " + line).split(" "));
        Ended asAlias = configured.run(("can-i " + line).split(" "));
        assertThat(asAlias.code()).isEqualTo(ended.code());
        assertThat(asAlias.out()).isEqualTo(ended.out());

        assertThat(ended.code()).as(ended.err()).isEqualTo(code);
        assertThat(ended.out()).contains(reason);
        if (code != ExitCode.FAILED) {
            List<String> words = new ArrayList<>(List.of(("explain " + line).split(" ")));
            words.addAll(List.of("-o", "json"));
            JsonNode json = new JsonMapper()
                    .readTree(configured.run(words.toArray(String[]::new)).out());
            assertThat(json.get("allowed").asBoolean()).isEqualTo(code == 0);
            assertThat(json.at("/decisions/0/reason").asText()).contains(reason);
        }
    }

    @Test
    void explainSaysWhatATokenProvesAndWhichRuleNearlyMatched() throws IOException {
        try (TestIssuer issuer = TestIssuer.start()) {
            Path file = Files.writeString(folder.resolve("access.properties"), """
                    issuer.ci.url=%s
                    issuer.ci.audience=kolumn
                    policy.ci.subjects=issuer:ci
                    policy.ci.claims.ref=refs/heads/main
                    policy.ci.states=acme/**
                    policy.ci.roles=writer
                    """.formatted(issuer.url()));
            TestRunner configured =
                    program.configured(() -> TestConfig.of(Map.of("kolumn.state.access.file", file.toString())));
            Instant end = Instant.now().plusSeconds(600);
            String right = issuer.token("repo:acme", end, Map.of("ref", "refs/heads/dev"));
            String wrong = issuer.token("repo:acme", end, Map.of("aud", "somebody-else"));
            Path rightFile = Files.writeString(folder.resolve("right.jwt"), right + "\n");
            Path wrongFile = Files.writeString(folder.resolve("wrong.jwt"), wrong);

            Ended proof = configured.run("explain", "--jwt", rightFile.toString());
            Ended denied = configured.run("explain", "--jwt", rightFile.toString(), "write", "acme/app");
            Ended refused = configured.run("explain", "--jwt", wrongFile.toString(), "write", "acme/app");

            assertThat(proof.code()).as(proof.err()).isZero();
            assertThat(proof.out()).contains("ci/repo:acme", "claim ref", "refs/heads/dev");
            assertThat(denied.code()).isEqualTo(ExitCode.FORBIDDEN);
            assertThat(denied.out())
                    .contains("closest rule: 'ci', but it requires the claim 'ref' to be refs/heads/main, which is"
                            + " refs/heads/dev");
            assertThat(refused.code()).isEqualTo(ExitCode.FORBIDDEN);
            assertThat(refused.err()).contains("is not valid here", "'somebody-else', and not for kolumn");
            assertThat(proof.out() + denied.out() + refused.err()).doesNotContain(right, wrong);
            assertThat(configured.run("explain", "--user", "ada").code()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void auditVerifySaysWhatIsWrong() throws IOException {
        Path trail = folder.resolve("audit.jsonl");
        try (AuditFile file = AuditFile.open(trail, 1 << 20, Clock.systemUTC())) {
            file.append(Map.of("event", "put", "state", "a"));
            file.append(Map.of("event", "put", "state", "b"));
        }
        Ended right = program.run("audit", "verify", trail.toString());
        assertThat(right.code()).isZero();
        assertThat(right.out()).contains("3 lines, number 1 to 3; ok", "Last: 3:");
        JsonNode json = json(program.run("audit", "verify", trail.toString(), "-o", "json"));
        assertThat(json.get("intact").asBoolean()).isTrue();
        assertThat(right.out())
                .contains("Last: " + json.get("last").asLong() + ":"
                        + json.get("hash").asText());
        String last = right.out().replaceAll("(?s).*Last: (\\S+)\\s*", "$1");

        Files.writeString(trail, Files.readString(trail).replace("\"state\":\"a\"", "\"state\":\"x\""));
        Ended wrong = program.run("audit", "verify", trail.toString());
        assertThat(wrong.code()).isEqualTo(ExitCode.DIFFERENT);
        assertThat(wrong.out()).contains("line 3", "altered");

        Files.write(trail, Files.readAllLines(trail).subList(0, 2));
        assertThat(program.run("audit", "verify", "--last", last, trail.toString())
                        .code())
                .isEqualTo(ExitCode.DIFFERENT);
        assertThat(program.run("audit", "verify", "--last", "3", trail.toString())
                        .code())
                .isEqualTo(ExitCode.FAILED);
    }
}
