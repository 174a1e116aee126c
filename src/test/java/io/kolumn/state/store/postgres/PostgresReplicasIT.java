package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.ReplicaHistories;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged services on one database. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PostgresReplicasIT {

    private static TestPostgres server;

    @TempDir
    Path folder;

    private final List<PackagedService> replicas = new ArrayList<>();

    @BeforeAll
    static void startTheDatabase() {
        server = TestPostgres.start();
    }

    @AfterAll
    static void stopTheDatabase() {
        server.close();
    }

    @BeforeEach
    void startTwo() {
        String schema = TestPostgres.newSchema();
        for (int replica = 0; replica < 2; replica++) {
            replicas.add(PackagedService.start(folder, server.environment(schema), List.of("-Xmx256m")));
        }
        replicas.forEach(PackagedService::url);
    }

    @AfterEach
    void end() {
        replicas.forEach(PackagedService::close);
    }

    private Wire wire(int replica) {
        return replicas.get(replica).wire();
    }

    @Test
    void aLockOfOneReplicaHoldsOnTheOther() {
        assertThat(wire(0).request("LOCK", "/terraform/prod")
                        .json(TestStates.lockInfo("mine"))
                        .send()
                        .status())
                .isEqualTo(200);

        Wire.Answer refused = wire(1).request("LOCK", "/terraform/prod")
                .json(TestStates.lockInfo("other"))
                .send();

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.json().path("ID").asText()).isEqualTo("mine");
        assertThat(wire(1).request("POST", "/terraform/prod")
                        .json(TestStates.state(1))
                        .send()
                        .status())
                .isEqualTo(423);
        assertThat(wire(1).request("POST", "/terraform/prod?ID=mine")
                        .json(TestStates.state(1))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire(1).request("UNLOCK", "/terraform/prod")
                        .json(TestStates.lockInfo("mine"))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire(0).get("/terraform/prod").text()).isEqualTo(TestStates.state(1));
        assertThat(wire(0).get("/v1/locks/prod").status()).isEqualTo(404);
    }

    @Test
    void theBackendSaysWhatItIs() {
        JsonNode backend = wire(0).get("/v1/backend").json();

        assertThat(backend.path("type").asText()).isEqualTo("postgres");
        assertThat(backend.at("/capabilities/layout").asText()).isEqualTo("5");
        assertThat(backend.at("/check/canWrite").asBoolean()).isTrue();
    }

    @Test
    void readyGoesDownAndUpWithTheDatabase() throws Exception {
        try (CrashingPostgres crashing = CrashingPostgres.start();
                PackagedService service = PackagedService.start(
                        folder, TestPostgres.environment(crashing.config("public")), List.of("-Xmx256m"))) {
            Wire wire = service.wire();
            assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
            assertThat(write(wire, 1)).isEqualTo(200);

            crashing.crash();

            Wire.Answer down = wire.get("/q/health/ready");
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.text()).contains("The storage cannot be").doesNotContain("localhost");
            assertThat(wire.get("/v1/backend").text()).contains("PostgreSQL at localhost");
            assertThat(wire.get("/q/health/live").status()).isEqualTo(200);
            Wire.Answer refused = wire.get("/terraform/prod");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotNull();

            crashing.restart();

            await().untilAsserted(() ->
                    assertThat(wire.get("/q/health/ready").status()).isEqualTo(200));
            assertThat(wire.get("/terraform/prod").text()).isEqualTo(TestStates.state(1));
            assertThat(write(wire, 2)).isEqualTo(200);
        }
    }

    private static int write(Wire wire, long serial) {
        return wire.request("POST", "/terraform/prod")
                .json(TestStates.state(serial))
                .send()
                .status();
    }

    /** A hundred who wait for locks of the other replica ask the database fewer than 200 times a second. */
    @Test
    void waitersAskSeldom() throws Exception {
        for (int state = 0; state < 100; state++) {
            wire(0).request("LOCK", "/terraform/waited-" + state)
                    .json(TestStates.lockInfo("first"))
                    .send();
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> waiting = new ArrayList<>();
            URI second = replicas.get(1).url();
            for (int state = 0; state < 100; state++) {
                String path = "/v1/locks/waited-" + state + "?wait=PT60S&ttl=PT10M";
                waiting.add(threads.submit(() -> Wire.to(second)
                        .request("PUT", path)
                        .json("{\"who\":\"waiter\"}")
                        .send()
                        .status()));
            }
            Thread.sleep(4000); // until all pauses have grown
            long before = transactions();
            long start = System.nanoTime();
            Thread.sleep(4000);
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat((transactions() - before) / seconds).isLessThan(200);

            for (int state = 0; state < 100; state++) {
                wire(0).request("UNLOCK", "/terraform/waited-" + state)
                        .json(TestStates.lockInfo("first"))
                        .send();
            }
            for (Future<Integer> waiter : waiting) {
                assertThat(waiter.get()).isEqualTo(201);
            }
        }
    }

    private static long transactions() {
        server.execute("SELECT pg_stat_clear_snapshot()");
        return Long.parseLong(
                server.ask("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'"));
    }

    @Test
    void whatClientsOfBothSeeIsLinearizable() {
        ReplicaHistories histories = ReplicaHistories.run(urls(), () -> {});

        histories.assertLinearizable();
        assertThat(histories.answers())
                .contains("put200", "put409", "put423", "lock200", "lock423", "unlock200", "unlock423", "get200");
    }

    @Test
    void itStaysSoWhenAReplicaIsKilled() {
        ReplicaHistories histories =
                ReplicaHistories.run(urls(), () -> replicas.get(1).process().destroyForcibly());

        assertThat(replicas.get(1).process().isAlive()).isFalse();
        histories.assertLinearizable();
    }

    private List<URI> urls() {
        return replicas.stream().map(PackagedService::url).toList();
    }
}
