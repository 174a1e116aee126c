package io.kolumn.state.http;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.emptyState;
import static io.kolumn.state.http.TestStates.large;
import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire.Answer;
import io.kolumn.state.tfe.TfeClient;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What each part of the protocols asks of a store, once, over the wire: a store answers them alike. The protocols themselves are
 * tested on memory.
 */
abstract class ProtocolSmokeContract {

    @TestHTTPResource
    URI server;

    private final String folder = "smoke-" + UUID.randomUUID();
    private final String name = folder + "/prod";

    private Answer send(String method, String target, String body) {
        Wire.Request request = Wire.to(server).request(method, target);
        return (body.isEmpty() ? request : request.json(body)).send();
    }

    private Answer get(String target) {
        return send("GET", target, "");
    }

    private Answer put(String document, String query) {
        return send("PUT", "/v1/states/" + name + query, document);
    }

    private void write(int versions) {
        for (int i = 1; i <= versions; i++) {
            assertThat(put(state(i), "").status()).isEqualTo(i == 1 ? 201 : 200);
        }
    }

    private static String code(Answer answer) {
        return answer.json().path("type").asText().replace("urn:kolumn:state:", "");
    }

    // Documents.

    @Test
    void aDocumentIsCreatedReplacedAndReadAsItWas() {
        write(2);

        Answer read = get("/v1/states/" + name);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.text()).isEqualTo(state(2));
        assertThat(read.header("ETag")).isEqualTo("\"2\"");
        assertThat(read.header("State-Serial")).isEqualTo("2");
        assertThat(read.header("State-Lineage")).isEqualTo(LINEAGE);
        assertThat(get("/terraform/" + name).text()).isEqualTo(state(2));
        assertThat(get("/v1/states/" + name + "?version=1").text()).isEqualTo(state(1));
        assertThat(get("/v1/states/" + folder).status()).isEqualTo(404);
    }

    @Test
    void aDocumentOfMegabytesIsReadAsItWas() {
        byte[] document = large(5 * 1024 * 1024);

        assertThat(Wire.to(server)
                        .request("PUT", "/v1/states/" + name)
                        .json(document)
                        .send()
                        .status())
                .isEqualTo(201);

        assertThat(get("/v1/states/" + name).body()).isEqualTo(document);
        assertThat(get("/v1/states/" + name).header("State-Checksum")).isEqualTo(TestStates.sha256(document));
    }

    @ParameterizedTest
    @CsvSource({
        "If-Match, '\"1\"', 200",
        "If-Match, '\"2\"', 412",
        "If-Match, *, 200",
        "If-None-Match, *, 412",
    })
    void aWriteObeysItsCondition(String header, String value, int status) {
        write(1);

        Answer answer = Wire.to(server)
                .request("PUT", "/v1/states/" + name)
                .header(header, value)
                .json(state(2))
                .send();

        assertThat(answer.status()).isEqualTo(status);
        assertThat(get("/v1/states/" + name).text()).isEqualTo(state(status == 200 ? 2 : 1));
    }

    @Test
    void ofWritesForOneVersionOneIsAccepted() throws Exception {
        write(1);
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String document = state(2, LINEAGE, "of writer " + i);
                answers.add(threads.submit(() -> Wire.to(server)
                        .request("PUT", "/v1/states/" + name)
                        .header("If-Match", "\"1\"")
                        .json(document)
                        .send()));
            }
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
        }

        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
        assertThat(get("/v1/versions/" + name).json().path("versions")).hasSize(2);
    }

    @Test
    void anOlderSerialAndAnotherLineageAreConflicts() {
        write(3);

        Answer older = put(state(2, LINEAGE, "other"), "");
        Answer foreign = put(state(4, UUID.randomUUID().toString(), "other"), "");

        assertThat(older.status()).isEqualTo(409);
        assertThat(older.json().path("reason").asText()).isEqualTo("serial");
        assertThat(foreign.status()).isEqualTo(409);
        assertThat(foreign.json().path("reason").asText()).isEqualTo("lineage");
    }

    @Test
    void aDeletedStateIsGoneAndRestored() {
        write(2);

        assertThat(send("DELETE", "/v1/states/" + name, "").status()).isEqualTo(204);

        assertThat(get("/v1/states/" + name).status()).isEqualTo(404);
        assertThat(send("POST", "/v1/restores/" + name, "{\"version\": 1}").status())
                .isEqualTo(201);
        assertThat(get("/v1/outputs/" + name).status()).isEqualTo(200);
    }

    // Locks.

    @Test
    void aLockIsHeldByOneAndWritesObeyIt() {
        assertThat(send("LOCK", "/terraform/" + name, lockInfo("one")).status()).isEqualTo(200);

        Answer held = send("LOCK", "/terraform/" + name, lockInfo("two"));
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().path("ID").asText()).isEqualTo("one");
        assertThat(code(put(state(1), ""))).isEqualTo("locked");
        assertThat(send("POST", "/terraform/" + name + "?ID=one", state(1)).status())
                .isEqualTo(200);
        assertThat(get("/v1/locks/" + name).json().path("id").asText()).isEqualTo("one");
        assertThat(get("/v1/locks?prefix=" + folder).json().path("locks")).hasSize(1);
        assertThat(send("UNLOCK", "/terraform/" + name, lockInfo("one")).status())
                .isEqualTo(200);
        assertThat(get("/v1/locks/" + name).status()).isEqualTo(404);
    }

    @Test
    void aLeaseEndsByItself() {
        assertThat(send("PUT", "/v1/locks/" + name + "?ttl=5s", "{\"id\": \"one\", \"who\": \"ada\"}")
                        .status())
                .isEqualTo(201);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> send("LOCK", "/terraform/" + name, lockInfo("two")).status() == 200);
    }

    @Test
    void aWriteUnderALostLockIsKeptInQuarantine() {
        write(1);

        Answer lost = put(state(2), "?lock=lost");

        assertThat(lost.status()).isEqualTo(409);
        assertThat(lost.json().path("reason").asText()).isEqualTo("lock-lost");
        String id = lost.json().path("quarantined").asText();
        assertThat(get("/v1/states/" + name + "?quarantined=" + id).text()).isEqualTo(state(2));
        assertThat(get("/v1/states/" + name).text()).isEqualTo(state(1));
        assertThat(send("POST", "/v1/restores/" + name, "{\"quarantined\": \"" + id + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(get("/v1/states/" + name).text()).isEqualTo(state(2));
    }

    // History and names.

    @Test
    void theHistoryIsPagedAndCompared() {
        write(3);

        JsonNode first = get("/v1/versions/" + name + "?limit=2").json().path("versions");
        assertThat(first).hasSize(2);
        assertThat(first.get(0).path("version").asLong()).isEqualTo(3);
        JsonNode rest = get("/v1/versions/" + name + "?before=2").json().path("versions");
        assertThat(rest).hasSize(1);
        assertThat(get("/v1/diffs/" + name + "?from=1&to=3").status()).isEqualTo(200);
    }

    @Test
    void purgedVersionsAreGone() {
        write(2);
        assertThat(send("DELETE", "/v1/states/" + name, "").status()).isEqualTo(204);

        assertThat(send("DELETE", "/v1/versions/" + name + "?all=true", "").status())
                .isBetween(200, 204);

        assertThat(get("/v1/versions/" + name).status()).isEqualTo(404);
        assertThat(get("/v1/states?include=deleted&prefix=" + folder).json().path("states"))
                .isEmpty();
    }

    @Test
    void aRenamedStateKeepsItsHistory() {
        write(2);
        String target = folder + "/renamed";

        Answer moved = send("POST", "/v1/moves", "{\"from\": \"" + name + "\", \"to\": \"" + target + "\"}");

        assertThat(moved.status()).as(moved.text()).isBetween(200, 201);
        assertThat(get("/v1/states/" + target).text()).isEqualTo(state(2));
        assertThat(get("/v1/states/" + target + "?version=1").text()).isEqualTo(state(1));
        assertThat(get("/v1/states/" + name).status()).isNotEqualTo(200);
    }

    @Test
    void labelsAreChangedAndFound() {
        write(1);

        assertThat(Wire.to(server)
                        .request("PATCH", "/v1/labels/" + name)
                        .header("Content-Type", "application/merge-patch+json")
                        .body("{\"team\": \"smoke\"}".getBytes(StandardCharsets.UTF_8))
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(get("/v1/states?label=team=smoke&prefix=" + folder).json().path("states"))
                .hasSize(1);
    }

    @Test
    void statesAreListedInOrderByPages() {
        for (String state : List.of("b", "a", "a-1", "a/x", "c")) {
            assertThat(send("PUT", "/v1/states/" + folder + "/" + state, emptyState(1, LINEAGE))
                            .status())
                    .isEqualTo(201);
        }

        List<String> all = new ArrayList<>();
        String after = "";
        for (int page = 0; page < 3; page++) {
            for (JsonNode state :
                    get("/v1/states?limit=2&prefix=" + folder + after).json().path("states")) {
                all.add(state.path("name").asText().substring(folder.length() + 1));
            }
            after = "&after=" + folder + "/" + all.getLast();
        }

        assertThat(all).containsExactly("a", "a-1", "a/x", "b", "c");
    }

    // Workspaces and resources.

    @Test
    void aWorkspaceIsCreatedLockedWrittenAndRead() {
        TfeClient client = TfeClient.discovered(server);
        String id = client.create(folder, "network");

        assertThat(client.lock(id).status()).isEqualTo(200);
        assertThat(TfeClient.discovered(server).lock(id).status()).isEqualTo(409);
        assertThat(client.write(id, state(1)).status()).isEqualTo(201);
        assertThat(client.unlock(id).status()).isEqualTo(200);

        assertThat(get("/v1/states/" + folder + "/network").text()).isEqualTo(state(1));
        assertThat(client.get("workspaces/" + id + "/current-state-version").status())
                .isEqualTo(200);
    }

    @Test
    void theStorageIsReadyAndSaysWhatItIs() {
        assertThat(get("/q/health/ready").status()).isEqualTo(200);
        assertThat(get("/v1/backend").json().at("/check/canWrite").asBoolean()).isTrue();
        assertThat(get("/v1/stats?prefix=" + folder).status()).isEqualTo(200);
    }
}
