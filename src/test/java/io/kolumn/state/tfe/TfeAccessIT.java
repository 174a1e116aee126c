package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.kolumn.state.security.AccessProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Permissions at the API of {@code cloud} blocks. */
@PackagedTest(AccessProfile.class)
class TfeAccessIT {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret READER = NewSecret.token(RANDOM);
    private static final NewSecret PLANNER = NewSecret.token(RANDOM);
    private static final NewSecret WRITER = NewSecret.token(RANDOM);

    @TestHTTPResource
    URI server;

    private final String name = "w-" + UUID.randomUUID();
    private TfeClient reader;
    private TfeClient planner;
    private TfeClient writer;

    @BeforeEach
    void configure() {
        AccessProfile.write(List.of(
                "token.reader.hash=" + READER.hash(),
                "token.planner.hash=" + PLANNER.hash(),
                "token.writer.hash=" + WRITER.hash(),
                "policy.reader.subjects=token:reader",
                "policy.reader.states=team/**",
                "policy.reader.roles=reader",
                "policy.planner.subjects=token:planner",
                "policy.planner.states=team/**",
                "policy.planner.roles=planner",
                "policy.writer.subjects=token:writer",
                "policy.writer.states=team/**",
                "policy.writer.roles=writer"));
        reader = TfeClient.discovered(server, READER.secret());
        planner = TfeClient.discovered(server, PLANNER.secret());
        writer = TfeClient.discovered(server, WRITER.secret());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> writer.get("account/details").status() == 200);
    }

    @Test
    void discoveryAndPingAreOpenAlsoToAWrongToken() {
        Wire wire = Wire.to(server);

        assertThat(wire.request("GET", "/.well-known/terraform.json")
                        .header("Authorization", "Bearer wrong")
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(TfeClient.discovered(server, "wrong").get("ping").status()).isEqualTo(204);
        Answer answer = TfeClient.discovered(server, "wrong").get("account/details");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().at("/errors/0/status").asText()).isEqualTo("401");
    }

    @Test
    void aMistypedNameMakesNothingForAReader() {
        Answer read = reader.get("organizations/team/workspaces/" + name);
        Answer made = reader.post("organizations/team/workspaces", TfeClient.workspace(name, ""));

        assertThat(read.status()).isEqualTo(403);
        assertThat(read.json().at("/errors/0/detail").asText()).contains("you may not create it");
        assertThat(made.status()).isEqualTo(403);
        assertThat(writer.get("organizations/team/workspaces/" + name).status()).isEqualTo(404);
    }

    @Test
    void whatMayNotBeSeenIsForbiddenAndNeverMissing() {
        Answer read = writer.get("organizations/other/workspaces/" + name);
        Answer made = writer.post("organizations/other/workspaces", TfeClient.workspace(name, ""));

        assertThat(read.status()).isEqualTo(403);
        assertThat(read.header("Content-Type")).isEqualTo(JsonApi.MEDIA_TYPE);
        assertThat(made.status()).isEqualTo(403);
        assertThat(writer.get("organizations/other/workspaces").json().path("data"))
                .isEmpty();
    }

    @Test
    void aReaderReadsAndAPlannerLocksAndNeitherWrites() {
        String id = writer.create("team", name);
        writer.write(id, state(1));

        assertThat(reader.get("workspaces/" + id + "/current-state-version").status())
                .isEqualTo(200);
        assertThat(reader.lock(id).status()).isEqualTo(403);
        assertThat(planner.lock(id).status()).isEqualTo(200);
        assertThat(planner.write(id, state(2)).status()).isEqualTo(403);
        assertThat(writer.lock(id).status()).isEqualTo(409);
        assertThat(planner.unlock(id).status()).isEqualTo(200);
        assertThat(reader.send("PATCH", "workspaces/" + id + "/tag-bindings", BINDING)
                        .status())
                .isEqualTo(403);
        JsonNode permissions = reader.get("workspaces/" + id).json().at("/data/attributes/permissions");
        assertThat(permissions.path("can-lock").asBoolean()).isFalse();
        assertThat(permissions.path("can-read-state-versions").asBoolean()).isTrue();
    }

    @Test
    void aBodyIsNotReadForACallerWhoMayNotWrite() throws IOException {
        String id = writer.create("team", name);
        String head = "POST /api/v2/workspaces/" + id + "/state-versions HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                + JsonApi.MEDIA_TYPE + "\r\nContent-Length: 1000000\r\nAuthorization: Bearer " + READER.secret()
                + "\r\n\r\n";

        try (Socket socket = Wire.to(server).begin(head)) {
            Answer answer = Answer.read(new BufferedInputStream(socket.getInputStream()), "POST");

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.json().at("/errors/0/detail").asText()).contains("'write'");
        }
    }

    private static final String BINDING =
            "{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"k\",\"value\":\"v\"}}]}";

    @Test
    void aLockIsNotBrokenByAnother() {
        String id = writer.create("team", name);
        planner.lock(id);

        Answer answer = writer.post("workspaces/" + id + "/actions/force-unlock", null);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().at("/errors/0/detail").asText()).contains("unlock-force");
        assertThat(planner.post("workspaces/" + id + "/actions/force-unlock", null)
                        .status())
                .as("its own")
                .isEqualTo(200);
    }

    @Test
    void aMigrationWithoutThePermissionToForceIsWrittenByTheRules() {
        String id = writer.create("team", name);

        assertThat(writer.write(id, state(5), true).status()).isEqualTo(201);
        assertThat(writer.write(id, state(4), true).status()).isEqualTo(409);
        assertThat(writer.write(id, state(6), true).status()).isEqualTo(201);
    }

    @Test
    void theAccountIsTheSubject() {
        assertThat(reader.get("account/details")
                        .json()
                        .at("/data/attributes/username")
                        .asText())
                .isEqualTo("token/reader");
    }
}
