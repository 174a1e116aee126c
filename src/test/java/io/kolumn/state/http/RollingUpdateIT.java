package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged services behind a balancer are replaced, one after the other, under load: no request fails. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RollingUpdateIT {

    private static final int CLIENTS = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<PackagedService> started = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();

    @AfterEach
    void end() {
        over.set(true);
        started.forEach(PackagedService::close);
    }

    @Test
    void replacingEveryReplicaFailsNoRequest() throws Exception {
        try (Balancer balancer = new Balancer();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<PackagedService> replicas = new ArrayList<>(List.of(start(balancer), start(balancer)));
            List<Future<Long>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String state = "client-" + client;
                clients.add(threads.submit(() -> work(balancer.wire(), state)));
            }
            for (int turn = 0; turn < 2; turn++) {
                someAnswers();
                replicas.add(start(balancer));
                end(replicas.removeFirst(), balancer);
            }
            someAnswers();
            over.set(true);
            for (int client = 0; client < CLIENTS; client++) {
                long serial = clients.get(client).get(60, TimeUnit.SECONDS);
                assertThat(balancer.wire().get("/terraform/client-" + client).text())
                        .isEqualTo(TestStates.state(serial));
            }
        }
    }

    private PackagedService start(Balancer balancer) {
        PackagedService service =
                PackagedService.start(folder, Map.of(), List.of("-Xmx128m", "-Dquarkus.shutdown.delay=3s"));
        started.add(service);
        balancer.add(service.url());
        await().atMost(TIMEOUT).until(() -> balancer.ready().contains(service.url()));
        return service;
    }

    private static void end(PackagedService service, Balancer balancer) throws InterruptedException {
        service.process().destroy();
        await().atMost(TIMEOUT).until(() -> !balancer.ready().contains(service.url()));
        assertThat(service.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
        balancer.remove(service.url());
    }

    private void someAnswers() {
        int before = answered.get();
        await().atMost(TIMEOUT).until(() -> answered.get() > before + 40);
    }

    /** Locks, writes, reads and unlocks as Terraform does, until it is over. Returns the serial that it wrote last. */
    private long work(Wire wire, String state) {
        long serial = 0;
        while (!over.get()) {
            serial++;
            String lock = state + "-" + serial;
            succeeds(wire.request("LOCK", "/terraform/" + state).json(TestStates.lockInfo(lock)));
            succeeds(wire.request("POST", "/terraform/" + state + "?ID=" + lock).json(TestStates.state(serial)));
            assertThat(succeeds(wire.request("GET", "/terraform/" + state)).text())
                    .isEqualTo(TestStates.state(serial));
            succeeds(wire.request("UNLOCK", "/terraform/" + state).json(TestStates.lockInfo(lock)));
        }
        return serial;
    }

    private Wire.Answer succeeds(Wire.Request request) {
        Wire.Answer answer = request.send();
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        answered.incrementAndGet();
        return answer;
    }
}
