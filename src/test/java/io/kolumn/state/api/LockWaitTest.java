package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a lock over HTTP. */
@QuarkusTest
class LockWaitTest {

    private static final String HOLDER = "{\"id\": \"holder\", \"who\": \"ada\"}";
    private static final String WAITER = "{\"id\": \"waiter\", \"who\": \"grace\"}";

    @TestHTTPResource
    URI server;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    @Test
    void whoWaitsGetsTheLockWhenItIsReleased() {
        lock("wait/served", HOLDER);
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> wire.request("PUT", "/v1/locks/wait/served?wait=PT30S")
                        .json(WAITER)
                        .send());

        assertThat(release("wait/served", "holder").status()).isEqualTo(200);

        Answer answer = waiting.join();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().path("fence").asLong()).isEqualTo(2);
    }

    @Test
    void whoWaitsInVainIsToldTheHolder() {
        lock("wait/vain", HOLDER);

        Answer answer = wire.request("PUT", "/v1/locks/wait/vain?wait=PT0.2S")
                .json(WAITER)
                .send();

        assertThat(answer.status()).isEqualTo(423);
        assertThat(answer.json().at("/holder/id").asText()).isEqualTo("holder");
    }

    @Test
    void aClientThatGoesAwayWhileItWaitsLeavesNothingBehind() throws IOException {
        lock("wait/gone", HOLDER);
        try (Socket socket = wire.begin("PUT /v1/locks/wait/gone?wait=PT60S HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + WAITER.length() + "\r\n\r\n")) {
            socket.getOutputStream().write(WAITER.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            // another that waits behind it shows that it stands in line
            assertThat(wire.request("PUT", "/v1/locks/wait/gone?wait=PT0.3S")
                            .json("{\"id\": \"third\", \"who\": \"edsger\"}")
                            .send()
                            .status())
                    .isEqualTo(423);
        }
        Awaitility.await()
                .pollDelay(Duration.ofMillis(1500))
                .until(() -> release("wait/gone", "holder").status() == 200);

        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(5))
                .until(() -> wire.get("/v1/locks/wait/gone").status() == 404);
    }

    private void lock(String name, String info) {
        assertThat(wire.request("PUT", "/v1/locks/" + name).json(info).send().status())
                .isEqualTo(201);
    }

    private Answer release(String name, String id) {
        return wire.request("DELETE", "/v1/locks/" + name + "?id=" + id).send();
    }
}
