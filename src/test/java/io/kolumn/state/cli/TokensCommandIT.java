package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.security.TokensProfile;
import io.kolumn.state.store.memory.MemoryStore;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code kolumn-state tokens}, over a running service. */
@PackagedTest(TokensProfile.class)
class TokensCommandIT {

    /** What a command without a server would have. */
    private final StateBackend empty =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    private static TestIssuer issuer;

    @TestHTTPResource("/")
    URI server;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
        AccessProfile.write(List.of(
                "issuer.test.url=" + issuer.url(),
                "issuer.test.audience=" + TestIssuer.AUDIENCE,
                "policy.all.subjects=issuer:test",
                "policy.all.states=**",
                "policy.all.roles=reader"));
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    private TestRunner as(String token) {
        return new TestRunner(empty, "--server", server.toString()).environment(ServerCredentials.TOKEN, token.strip());
    }

    private String jwt(String subject) {
        return issuer.token(subject, Instant.now().plusSeconds(600), Map.of());
    }

    private TestRunner person(String subject) {
        TestRunner person = as(jwt(subject));
        await().atMost(Duration.ofSeconds(20)).until(() -> person.run("whoami").code() == 0);
        return person;
    }

    @Test
    void aTokenIsCreatedListedAndRevoked() throws IOException {
        TestRunner ada = person("ada");

        Ended created = ada.run("tokens", "create", "--name", "laptop", "--expires", "2d");

        assertThat(created.code()).isZero();
        String token = created.out().strip();
        assertThat(token).matches("kst_p_[0-9a-f]{16}_[A-Za-z0-9_-]{43}");
        String id = token.substring(6, 22);
        assertThat(created.err()).contains("Token " + id + " expires at").doesNotContain(token);
        assertThat(as(token).run("whoami").out()).contains("test/ada", "personal-token");
        Ended listed = ada.run("tokens", "list");
        assertThat(listed.out())
                .contains("ENDS WITH", id, "laptop", "test/ada", token.substring(token.length() - 4))
                .doesNotContain(token.substring(23, 60));
        JsonNode json = JsonMapper.builder()
                .build()
                .readTree(ada.run("tokens", "ls", "-o", "json").out());
        assertThat(json.at("/tokens/0/id").asText()).isEqualTo(id);
        assertThat(as(token).run("tokens", "create", "--name", "more").code()).isEqualTo(ExitCode.FORBIDDEN);

        assertThat(person("bob").run("tokens", "list").out()).doesNotContain(id);
        assertThat(person("bob").run("tokens", "revoke", id).code()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(person("bob").run("tokens", "list", "--all").code()).isEqualTo(ExitCode.FORBIDDEN);
        assertThat(ada.run("tokens", "revoke", id).out()).isEqualTo("Revoked " + id + "\n");
        assertThat(as(token).run("whoami").code()).isEqualTo(ExitCode.FORBIDDEN);
        assertThat(ada.run("tokens", "revoke", id).code()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aTokenInThePlaceOfItsIdIsNotSent() {
        String token = "kst_p_0123456789abcdef_" + "x".repeat(43);

        Ended refused = person("ada").run("tokens", "revoke", token);

        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .contains("The id of a token has 16 characters")
                .doesNotContain(token);
    }

    @Test
    void aStorageWithoutAServiceHasNone() {
        Ended refused = new TestRunner(empty).run("tokens", "list");

        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err()).contains("Personal tokens belong to a running service");
    }
}
