package io.kolumn.state.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Live, started and ready, and how ready follows the storage. */
@PackagedTest(LocalFolderProfile.class)
class HealthIT {

    @TestHTTPResource
    URI server;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    @Test
    void liveAndStartedAreUp() {
        assertThat(wire.get("/q/health/live").json().path("status").asText()).isEqualTo("UP");
        assertThat(wire.get("/q/health/started").json().path("status").asText()).isEqualTo("UP");
    }

    @Test
    void readySaysWhatTheStorageCan() {
        Answer answer = wire.get("/q/health/ready");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode data = answer.json().path("checks").findValue("data");
        assertThat(data.path("backend").asText()).isEqualTo("local");
        assertThat(data.path("canRead").asBoolean()).isTrue();
        assertThat(data.path("canWrite").asBoolean()).isTrue();
        assertThat(data.path("latencyMs").isIntegralNumber()).isTrue();
    }

    @Test
    void readyGoesDownWithTheStorageAndComesBackByItself() throws IOException {
        assertThat(put(1).status()).isEqualTo(201);
        Path path = LocalFolderProfile.path();
        Path root = path.resolveSibling("." + path.getFileName() + ".d");
        Path away = root.resolveSibling("away");
        Files.move(root, away);
        Files.writeString(root, "no folder");
        try {
            assertThat(wire.get("/q/health/ready").status()).isEqualTo(503);
            assertThat(wire.get("/q/health/live").status()).isEqualTo(200);
            Answer refused = put(2);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(refused.json().path("type").asText()).isEqualTo("urn:kolumn:state:unavailable");
            assertThat(wire.get("/v1/backend").json().at("/check/canWrite").asBoolean())
                    .isFalse();
        } finally {
            Files.delete(root);
            Files.move(away, root);
        }
        assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
        assertThat(put(2).status()).isEqualTo(200);
    }

    private Answer put(long serial) {
        return wire.request("PUT", "/v1/states/health")
                .json(TestStates.state(serial))
                .send();
    }
}
