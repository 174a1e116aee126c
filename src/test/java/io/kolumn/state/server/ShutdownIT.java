package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import java.io.BufferedInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service as a process that is told to end while there is work. */
class ShutdownIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void whatIsUnderWayIsFinishedAndWhoeverWaitsForALockIsSentAway() throws Exception {
        byte[] document = TestStates.large(100_000);
        try (PackagedService service =
                        PackagedService.start(folder, Map.of(), List.of("-Dquarkus.shutdown.timeout=120s"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Wire wire = service.wire();
            lock(wire, "holder", "");
            Future<Wire.Answer> waiter = threads.submit(() -> lock(wire, "waiter", "?wait=PT5M"));
            try (Socket upload = wire.begin("PUT /v1/states/slow HTTP/1.1\r\nHost: "
                    + service.url().getAuthority() + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + document.length + "\r\n\r\n")) {
                upload.getOutputStream().write(document, 0, 10);
                await().atMost(TIMEOUT).until(() -> underWay(wire) >= 3); // the one that asks, too

                service.process().destroy();

                await().atMost(TIMEOUT).until(() -> wire.get("/q/health/ready").status() == 503);
                Wire.Answer sentAway = waiter.get(60, TimeUnit.SECONDS);
                assertThat(sentAway.status()).isEqualTo(503);
                assertThat(sentAway.header("Retry-After")).isNotNull();
                assertThat(wire.get("/v1/locks/prod").json().path("id").asText())
                        .isEqualTo("holder");
                assertThat(wire.get("/q/health/live").status()).isEqualTo(200);
                assertThat(service.process().isAlive()).isTrue();

                upload.getOutputStream().write(Arrays.copyOfRange(document, 10, document.length));
                Wire.Answer written = Wire.Answer.read(new BufferedInputStream(upload.getInputStream()), "PUT");
                assertThat(written.status()).isEqualTo(201);
            }
            assertThat(service.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(service.process().exitValue()).isEqualTo(143);
        }
        try (PackagedService next = PackagedService.start(folder, Map.of(), List.of())) {
            assertThat(next.wire().get("/v1/states/slow").body()).isEqualTo(document);
        }
    }

    private static Wire.Answer lock(Wire wire, String id, String query) {
        return wire.request("PUT", "/v1/locks/prod" + query)
                .json("{\"id\": \"" + id + "\", \"who\": \"test\"}")
                .send();
    }

    /** How many requests the service has begun and not finished, this one among them. */
    private static double underWay(Wire wire) {
        String metrics = new String(wire.get("/q/metrics").body(), StandardCharsets.UTF_8);
        return metrics.lines()
                .filter(line -> line.startsWith("http_server_active_requests"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
