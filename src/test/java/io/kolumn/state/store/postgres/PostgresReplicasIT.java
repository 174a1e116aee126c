package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.Linearizability;
import io.kolumn.state.Linearizability.Seen;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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

    private static final int CLIENTS = 6;
    private static final int STATES = 3;
    private static final int CALLS = 120;

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
            replicas.add(PackagedService.start(folder, environment(server.config(schema)), List.of("-Xmx256m")));
        }
        replicas.forEach(PackagedService::url);
    }

    @AfterEach
    void end() {
        replicas.forEach(PackagedService::close);
    }

    /** By the names of the environment, as a container gets them. */
    private static Map<String, String> environment(Map<String, String> config) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KOLUMN_STATE_BACKEND", "postgres");
        config.forEach((key, value) -> environment.put("KOLUMN_STATE_POSTGRES_" + key.toUpperCase(Locale.ROOT), value));
        return environment;
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
        assertThat(backend.at("/capabilities/layout").asText()).isEqualTo("1");
        assertThat(backend.at("/check/canWrite").asBoolean()).isTrue();
    }

    @Test
    void readyGoesDownAndUpWithTheDatabase() throws Exception {
        try (CrashingPostgres crashing = CrashingPostgres.start();
                PackagedService service =
                        PackagedService.start(folder, environment(crashing.config("public")), List.of("-Xmx256m"))) {
            Wire wire = service.wire();
            assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
            assertThat(write(wire, 1)).isEqualTo(200);

            crashing.crash();

            Wire.Answer down = wire.get("/q/health/ready");
            assertThat(down.status()).isEqualTo(503);
            assertThat(down.text()).contains("PostgreSQL at localhost");
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

    // What clients of both replicas saw, and whether it can have happened.

    /** What was asked of a state, and the status that was answered; {@code seen} is the document that was read. */
    private record Call(String kind, String id, int serial, int status, String seen) {}

    /** @param document empty for none */
    private record State(String holder, String document, int serial) {}

    /** The rules, as section 1 of the wire reference has them. */
    private static @Nullable State model(State state, Call call) {
        return switch (call.kind()) {
            case "get" -> call.seen().equals(state.document()) ? state : null;
            case "lock" -> locked(state, call);
            case "unlock" -> unlocked(state, call);
            default -> written(state, call);
        };
    }

    private static @Nullable State locked(State state, Call call) {
        boolean free = state.holder().isEmpty() || state.holder().equals(call.id());
        State after = free ? new State(call.id(), state.document(), state.serial()) : state;
        return answered(call, free ? 200 : 423) ? after : null;
    }

    private static @Nullable State unlocked(State state, Call call) {
        boolean mine = state.holder().isEmpty() || state.holder().equals(call.id());
        State after = mine ? new State("", state.document(), state.serial()) : state;
        return answered(call, mine ? 200 : 423) ? after : null;
    }

    private static @Nullable State written(State state, Call call) {
        if (state.document().equals(call.seen())) {
            return answered(call, 200) ? state : null;
        }
        int status = !state.holder().isEmpty() && !state.holder().equals(call.id())
                ? 423
                : state.holder().isEmpty() && !call.id().isEmpty() ? 409 : call.serial() <= state.serial() ? 409 : 200;
        State after = status == 200 ? new State(state.holder(), call.seen(), call.serial()) : state;
        return answered(call, status) ? after : null;
    }

    private static boolean answered(Call call, int status) {
        return call.status() == 0 || call.status() == status;
    }

    @Test
    void whatClientsOfBothSeeIsLinearizable() throws Exception {
        Map<String, ConcurrentLinkedQueue<Seen<Call>>> histories = run(new AtomicBoolean());

        histories.forEach((name, history) -> assertLinearizable(name, history));
        assertThat(histories.values().stream()
                        .flatMap(ConcurrentLinkedQueue::stream)
                        .map(seen -> seen.call().kind() + seen.call().status()))
                .contains("put200", "put409", "put423", "lock200", "lock423", "unlock200", "unlock423", "get200");
    }

    @Test
    void itStaysSoWhenAReplicaIsKilled() throws Exception {
        AtomicBoolean half = new AtomicBoolean();
        Thread killer = Thread.ofVirtual().start(() -> {
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofMinutes(1))
                    .untilTrue(half);
            replicas.get(1).process().destroyForcibly();
        });
        Map<String, ConcurrentLinkedQueue<Seen<Call>>> histories = run(half);
        killer.join();

        assertThat(replicas.get(1).process().isAlive()).isFalse();
        histories.forEach((name, history) -> assertLinearizable(name, history));
    }

    private static void assertLinearizable(String name, ConcurrentLinkedQueue<Seen<Call>> history) {
        assertThat(history).hasSizeGreaterThan(CALLS);
        assertThat(Linearizability.holds(new State("", "", -1), PostgresReplicasIT::model, List.copyOf(history)))
                .as("the history of %s: %s", name, history)
                .isTrue();
    }

    private Map<String, ConcurrentLinkedQueue<Seen<Call>>> run(AtomicBoolean half) throws Exception {
        Map<String, ConcurrentLinkedQueue<Seen<Call>>> histories = new HashMap<>();
        for (int state = 0; state < STATES; state++) {
            histories.put("state-" + state, new ConcurrentLinkedQueue<>());
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(threads.submit(() -> clientOf(number, histories, half)));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return histories;
    }

    private void clientOf(int number, Map<String, ConcurrentLinkedQueue<Seen<Call>>> histories, AtomicBoolean half) {
        Random random = new Random(number);
        URI replica = replicas.get(number % 2).url();
        for (int call = 0; call < CALLS; call++) {
            String name = "state-" + random.nextInt(STATES);
            String id = "client-" + number;
            long begin = System.nanoTime();
            Call answered;
            long end;
            Call asked = ask(random, id, call, number);
            try {
                answered = send(replica, name, asked);
                end = answered.status() == 0 ? Long.MAX_VALUE : System.nanoTime();
            } catch (UncheckedIOException e) {
                answered = asked;
                end = Long.MAX_VALUE;
            }
            if (!(answered.kind().equals("get") && end == Long.MAX_VALUE)) {
                histories.get(name).add(new Seen<>(answered, begin, end));
            }
            if (call == CALLS / 2) {
                half.set(true);
            }
            if (end == Long.MAX_VALUE) {
                replica = replicas.get(0).url();
            }
        }
    }

    private static Call ask(Random random, String id, int call, int number) {
        int serial = call + random.nextInt(5);
        String document = TestStates.state(serial, TestStates.LINEAGE, number + "-" + call);
        return switch (random.nextInt(6)) {
            case 0 -> new Call("lock", id, 0, 0, "");
            case 1 -> new Call("unlock", id, 0, 0, "");
            case 2 -> new Call("get", "", 0, 0, "");
            case 3 -> new Call("put", "", serial, 0, document);
            default -> new Call("put", id, serial, 0, document);
        };
    }

    /** Status 0 for an answer that leaves open what happened. */
    private static Call send(URI replica, String name, Call asked) {
        Wire wire = Wire.to(replica);
        String path = "/terraform/" + name;
        Wire.Answer answer = switch (asked.kind()) {
            case "get" -> wire.get(path);
            case "lock" ->
                wire.request("LOCK", path).json(TestStates.lockInfo(asked.id())).send();
            case "unlock" ->
                wire.request("UNLOCK", path)
                        .json(TestStates.lockInfo(asked.id()))
                        .send();
            default ->
                wire.request("POST", path + (asked.id().isEmpty() ? "" : "?ID=" + asked.id()))
                        .json(asked.seen())
                        .send();
        };
        int status = answer.status() >= 500 ? 0 : answer.status();
        boolean get = asked.kind().equals("get");
        String seen = get && status == 200 ? answer.text() : asked.seen();
        return new Call(asked.kind(), asked.id(), asked.serial(), get && status == 404 ? 200 : status, seen);
    }
}
