package io.kolumn.state.store.s3;

import static io.kolumn.state.store.s3.S3Call.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.ReplicaHistories;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.store.s3.S3Call.Kind;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two packaged services on one bucket, each behind a door of its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class S3ReplicasIT {

    private static final int KILLS = 3;

    @TempDir
    Path folder;

    private final TestS3 store = TestS3.embedded();
    private final String bucket = store.newBucket();
    private final List<S3Door> doors = List.of(store.newDoor(), store.newDoor());
    private final List<PackagedService> replicas = new ArrayList<>();

    @BeforeEach
    void startTwo() {
        doors.forEach(door -> replicas.add(start(door)));
        replicas.forEach(PackagedService::url);
    }

    @AfterEach
    void end() {
        replicas.forEach(PackagedService::close);
        doors.forEach(S3Door::close);
    }

    /** By the names of the environment, as a container gets them. */
    private PackagedService start(S3Door door) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KOLUMN_STATE_BACKEND", "s3");
        store.config(bucket)
                .forEach((key, value) -> environment.put("KOLUMN_STATE_S3_" + key.toUpperCase(Locale.ROOT), value));
        environment.put("KOLUMN_STATE_S3_ENDPOINT", door.endpoint());
        return PackagedService.start(folder, environment, List.of("-Xmx256m"));
    }

    private Wire wire(int replica) {
        return replicas.get(replica).wire();
    }

    private List<URI> urls() {
        return replicas.stream().map(PackagedService::url).toList();
    }

    private static int send(Wire wire, String method, String path, String json) {
        return wire.request(method, path).json(json).send().status();
    }

    @Test
    void aLockOfOneReplicaHoldsOnTheOther() {
        String path = "/terraform/prod";
        assertThat(send(wire(0), "LOCK", path, TestStates.lockInfo("mine"))).isEqualTo(200);

        Wire.Answer refused =
                wire(1).request("LOCK", path).json(TestStates.lockInfo("other")).send();

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.json().path("ID").asText()).isEqualTo("mine");
        assertThat(send(wire(1), "POST", path, TestStates.state(1))).isEqualTo(423);
        assertThat(send(wire(1), "POST", path + "?ID=mine", TestStates.state(1)))
                .isEqualTo(200);
        assertThat(send(wire(1), "UNLOCK", path, TestStates.lockInfo("mine"))).isEqualTo(200);
        assertThat(wire(0).get(path).text()).isEqualTo(TestStates.state(1));
        assertThat(wire(0).get("/v1/locks/prod").status()).isEqualTo(404);
    }

    @Test
    void theBackendSaysWhatItIs() {
        JsonNode backend = wire(0).get("/v1/backend").json();

        assertThat(backend.path("type").asText()).isEqualTo("s3");
        assertThat(backend.at("/capabilities/conditionalWrites").asText()).isEqualTo("true");
        assertThat(backend.at("/check/canWrite").asBoolean()).isTrue();
        assertThat(backend.toString()).doesNotContain(store.secretKey());
    }

    /** Stores that only look like S3 refuse them, or store them as part of the bytes. */
    @Test
    void noChecksumsOfTheSdkAndNoChunksAreSent() {
        Set<String> sent = ConcurrentHashMap.newKeySet();
        doors.get(0)
                .play(
                        (call, behind) -> {
                            call.head().headers().forEach(line -> sent.add(line.toLowerCase(Locale.ROOT)));
                            return behind.answer();
                        },
                        call -> call.method().equals("PUT"));
        assertThat(send(wire(0), "POST", "/terraform/prod", TestStates.state(1)))
                .isEqualTo(200);

        assertThat(sent)
                .anyMatch(line -> line.startsWith("if-none-match:"))
                .noneMatch(line -> line.contains("checksum"))
                .noneMatch(line -> line.contains("chunked"))
                .noneMatch(line -> line.contains("streaming-"));
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

    @Test
    void itStaysSoWhenOneHasABadNetwork() {
        Random random = new Random(7);
        for (S3Fault fault :
                List.of(S3Fault.cutBefore(), S3Fault.cutAfter(), S3Fault.errorAfter(500, "InternalError"))) {
            doors.get(1).play(fault, call -> random.nextInt(100) < 5);
        }
        ReplicaHistories histories = ReplicaHistories.run(urls(), () -> {});

        doors.get(1).calm();
        histories.assertLinearizable();
    }

    /** What it wrote counts if its head came to the store, and is as good as never written if it did not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneMayBeKilledBetweenVersionAndHead(boolean headWritten) {
        String path = "/terraform/prod";
        Wire stays = wire(0);
        long serial = 0;
        assertThat(send(stays, "LOCK", path, TestStates.lockInfo("mine"))).isEqualTo(200);
        for (int kill = 0; kill < KILLS; kill++) {
            PackagedService dies = replicas.get(1);
            Wire dying = dies.wire();
            assertThat(send(dying, "POST", path + "?ID=mine", TestStates.state(++serial)))
                    .isEqualTo(200);
            doors.get(1).play(1, killing(dies, headWritten), any("PUT", Kind.HEADS));
            String lost = TestStates.state(serial + 1);
            assertThatThrownBy(() -> send(dying, "POST", path + "?ID=mine", lost))
                    .isInstanceOf(UncheckedIOException.class);

            serial += headWritten ? 1 : 0;
            assertThat(stays.get(path).text()).isEqualTo(TestStates.state(serial));
            assertThat(send(stays, "LOCK", path, TestStates.lockInfo("other"))).isEqualTo(423);
            assertThat(send(stays, "POST", path + "?ID=mine", lost)).isEqualTo(200);
            serial += headWritten ? 0 : 1;
            assertThat(stays.get("/v1/versions/prod?limit=1000")
                            .json()
                            .at("/versions")
                            .size())
                    .isEqualTo((int) serial);
            replicas.set(1, start(doors.get(1)));
        }
        assertThat(send(wire(1), "UNLOCK", path, TestStates.lockInfo("mine"))).isEqualTo(200);
        assertThat(wire(1).get(path).text()).isEqualTo(TestStates.state(serial));
    }

    private static S3Fault killing(PackagedService service, boolean afterTheHead) {
        return (call, store) -> {
            if (afterTheHead) {
                store.answer().close();
            }
            service.process().destroyForcibly().onExit().join();
            throw new S3Fault.Cut();
        };
    }

    @Test
    void readyGoesDownAndUpWithTheStore() {
        Wire wire = wire(1);
        assertThat(wire.get("/q/health/ready").status()).isEqualTo(200);
        assertThat(send(wire, "POST", "/terraform/prod", TestStates.state(1))).isEqualTo(200);

        doors.get(1).play(S3Fault.cutBefore(), call -> true);

        await().untilAsserted(
                        () -> assertThat(wire.get("/q/health/ready").status()).isEqualTo(503));
        assertThat(wire.get("/q/health/live").status()).isEqualTo(200);
        Wire.Answer refused = wire.get("/terraform/prod");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isNotNull();
        assertThat(refused.text()).doesNotContain(store.secretKey());

        doors.get(1).calm();

        await().untilAsserted(
                        () -> assertThat(wire.get("/q/health/ready").status()).isEqualTo(200));
        assertThat(wire.get("/terraform/prod").text()).isEqualTo(TestStates.state(1));
        assertThat(send(wire, "POST", "/terraform/prod", TestStates.state(2))).isEqualTo(200);
    }
}
