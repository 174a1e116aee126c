package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is too large, what is too much at once, and clients that go away. */
@PackagedTest(SmallLimits.class)
class LimitsIT {

    private static final int MEGABYTE = 1 << 20;

    PackagedService service;

    @TestHTTPResource
    URI server;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    /** The minute may end in the midst of them. */
    @Test
    void refusedRequestsHaveOnlySoManyLinesOfTheLog() {
        List<String> lines = LogLines.of(service, "io.kolumn.state.telemetry.RefusalLog", () -> {
            for (int i = 0; i < 30; i++) {
                wire.get("/v1/states?perfix=x");
            }
        });

        assertThat(lines.stream().filter(line -> line.contains("perfix"))).hasSizeBetween(1, 10);
    }

    @Test
    void aDocumentSaidToBeTooLargeIs413() {
        Answer answer = wire.request("PUT", "/v1/states/large/said")
                .json(TestStates.large(2 * MEGABYTE))
                .send();

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:kolumn:state:invalid");
        assertThat(answer.json().path("detail").asText()).contains("max-document-size");
        assertThat(wire.get("/v1/states/large/said").status()).isEqualTo(404);
    }

    /** As long as clients of another test hold memory that have just gone, 503 says to come again. */
    @Test
    void aDocumentThatTurnsOutTooLargeIs413() {
        Answer answer = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> wire.request("POST", "/terraform/large/chunked")
                                .header("Content-Type", "application/json")
                                .chunked(TestStates.large(2 * MEGABYTE))
                                .send(),
                        said -> said.status() != 503);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("detail").asText()).contains("max-document-size");
        assertThat(wire.get("/terraform/large/chunked").status()).isEqualTo(404);
    }

    @Test
    void aLargeBodyThatIsNoDocumentIsAnsweredAndHarmsNobody() {
        byte[] garbage = "x".repeat(MEGABYTE - 1).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20; i++) {
            Answer answer =
                    wire.request("PUT", "/v1/states/garbage").json(garbage).send();
            assertThat(answer.status()).isEqualTo(400);
        }
        assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
        assertWritable("after/garbage");
    }

    @Test
    void clientsThatGoAwayInMidUploadLeaveNothingBehind() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (Socket socket = wire.begin(upload("/v1/states/gone/away", MEGABYTE - 10))) {
                socket.getOutputStream().write("{\"version\": 4, \"serial\": 1,".getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
            }
        }
        assertWritable("after/gone");
        assertThat(wire.get("/v1/states/gone/away").status()).isEqualTo(404);
        assertThat(wire.get("/v1/versions/gone/away").status()).isEqualTo(404);
    }

    /** Bodies of which most has come and the rest does not. */
    @Test
    void moreAtOnceThanThereIsMemoryForIs503AndAllIsWellAfterwards() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                Socket socket = wire.begin(upload("/v1/states/slow/" + i, MEGABYTE));
                socket.getOutputStream().write(Arrays.copyOf(TestStates.large(MEGABYTE), MEGABYTE - 64 * 1024));
                socket.getOutputStream().flush();
                slow.add(socket);
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Answer answer = wire.request("PUT", "/v1/states/one/too/many")
                        .json(TestStates.large(MEGABYTE / 2))
                        .send();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotNull();
                assertThat(answer.json().path("backend").asText()).isEqualTo("memory");
            });
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        assertWritable("after/slow");
    }

    @Test
    void aLockIsNotBrokenByForceWhereThatIsSwitchedOff() {
        wire.request("LOCK", "/terraform/forced")
                .json(TestStates.lockInfo("holder"))
                .send();

        Answer terraform =
                wire.request("UNLOCK", "/terraform/forced").chunked(new byte[0]).send();
        Answer rest = wire.request("DELETE", "/v1/locks/forced?force=true").send();

        assertThat(terraform.status()).isEqualTo(403);
        assertThat(terraform.json().path("permission").asText()).isEqualTo("unlock-force");
        assertThat(rest.status()).isEqualTo(403);
        assertThat(wire.get("/v1/locks/forced").json().path("id").asText()).isEqualTo("holder");
    }

    private static String upload(String path, int length) {
        return "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + length + "\r\n\r\n";
    }

    /** The memory that was taken is there again, all of it. */
    private void assertWritable(String name) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(wire.request("PUT", "/v1/states/" + name + "?force=true")
                                .json(TestStates.large(MEGABYTE - 1000))
                                .send()
                                .status())
                        .isIn(200, 201));
    }
}
