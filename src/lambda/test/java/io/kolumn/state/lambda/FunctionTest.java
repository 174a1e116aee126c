package io.kolumn.state.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as a function: every request is turned into an event of API Gateway, and its answer back. */
@QuarkusTest
@TestProfile(FunctionTest.ForAnybody.class)
class FunctionTest {

    public static final class ForAnybody implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("kolumn.state.allow-anonymous", "true");
        }
    }

    @ConfigProperty(name = "quarkus.lambda.mock-event-server.test-port", defaultValue = "8081")
    int port;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(URI.create("http://127.0.0.1:" + port));
    }

    private Wire.Answer write(String state, byte[] document) {
        return wire.request("PUT", "/v1/states/" + state).json(document).send();
    }

    @Test
    void aStateIsWrittenUnderALockAndComesBackAsItCame() {
        assertThat(lock("POST", "mine").status()).isEqualTo(200);
        assertThat(lock("POST", "other").status()).isEqualTo(423);
        assertThat(lock("POST", "other").json().path("ID").asText()).isEqualTo("mine");

        Wire.Answer written = wire.request("POST", "/terraform/team-a/fn?ID=mine")
                .json(TestStates.state(1))
                .send();

        assertThat(written.status()).as(written.toString()).isEqualTo(200);
        assertThat(wire.get("/terraform/team-a/fn").text()).isEqualTo(TestStates.state(1));
        assertThat(lock("DELETE", "mine").status()).isEqualTo(200);
        assertThat(wire.get("/v1/locks/team-a/fn").status()).isEqualTo(404);
        assertThat(wire.get("/terraform/team-a/nothing").status()).isEqualTo(404);
    }

    private Wire.Answer lock(String method, String id) {
        return wire.request(method, "/terraform-lock/team-a/fn")
                .json(TestStates.lockInfo(id))
                .send();
    }

    @Test
    void aDocumentOfAnyCharactersComesBackAsItCame() {
        byte[] document = TestStates.state(1, TestStates.LINEAGE, "\u00fc \u4f60\u597d \ud83d\ude00 \\u0000 \\\" <&>")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(write("characters", document).status()).isEqualTo(201);

        assertThat(wire.get("/v1/states/characters").body()).isEqualTo(document);
    }

    @Test
    void aDocumentThatDoesNotFitIsRefusedWithAnErrorThatNamesTheLimit() {
        byte[] fits = TestStates.large(6_000_000);
        byte[] tooLarge = TestStates.large(7_000_000);
        assertThat(write("fits", fits).status()).isEqualTo(201);
        assertThat(write("too-large", tooLarge).status()).isEqualTo(201);

        assertThat(wire.get("/terraform/fits").body()).isEqualTo(fits);
        for (String state : new String[] {"/terraform/too-large", "/v1/states/too-large"}) {
            Wire.Answer refused = wire.get(state);
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.json().path("detail").asText()).contains("6 MB");
        }
    }

    @Test
    void whatAClientThatTakesGzipGetsIsNotDamaged() {
        byte[] document = TestStates.fixture("terraform-v4-medium.tfstate");
        assertThat(write("gzip", document).status()).isEqualTo(201);

        assertThat(gzip("/terraform/gzip").body()).isEqualTo(document);
        assertThat(gzip("/v1/versions/gzip").json().at("/versions/0/version").asInt())
                .isEqualTo(1);
        assertThat(gzip("/v1/backends").json().isEmpty()).isFalse();
    }

    private Wire.Answer gzip(String path) {
        Wire.Answer answer =
                wire.request("GET", path).header("Accept-Encoding", "gzip").send();
        assertThat(answer.status()).isEqualTo(200);
        return answer;
    }

    @Test
    void healthIsAnswered() {
        assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
    }
}
