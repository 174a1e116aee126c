package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/versions} of docs/http.md. */
abstract class VersionsResourceContract {

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID();

    private Wire wire() {
        return Wire.to(server);
    }

    private void write(int serials) {
        for (int serial = 1; serial <= serials; serial++) {
            wire().request("PUT", "/v1/states/" + name).json(state(serial)).send();
        }
    }

    private JsonNode page(String query) {
        return wire().get("/v1/versions/" + name + query).json();
    }

    private static List<Long> numbers(JsonNode page) {
        return StreamSupport.stream(page.get("versions").spliterator(), false)
                .map(version -> version.get("version").asLong())
                .toList();
    }

    @Test
    void theHistoryIsNewestFirstAndPaged() {
        write(5);

        assertThat(numbers(page(""))).containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(page("").has("next")).isFalse();
        assertThat(numbers(page("?limit=2"))).containsExactly(5L, 4L);
        assertThat(page("?limit=2").get("next").asLong()).isEqualTo(4);
        assertThat(numbers(page("?limit=2&before=4"))).containsExactly(3L, 2L);
        assertThat(numbers(page("?limit=2&before=2"))).containsExactly(1L);
        assertThat(page("?limit=2&before=2").has("next")).isFalse();
        assertThat(numbers(page("?before=1"))).isEmpty();
    }

    private Answer purge(String query, String... headers) {
        Wire.Request request = wire().request("DELETE", "/v1/versions/" + name + query);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.send();
    }

    @Test
    void aVersionIsPurgedForGood() {
        write(3);

        Answer purged = purge("?version=2&reason=leaked");

        assertThat(purged.status()).isEqualTo(200);
        assertThat(purged.json().get("purged").asText()).isEqualTo("version");
        assertThat(purged.json().get("changed").asBoolean()).isTrue();
        assertThat(numbers(purged.json())).containsExactly(2L);
        assertThat(numbers(page(""))).containsExactly(3L, 1L);
        Answer gone = wire().get("/v1/states/" + name + "?version=2");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.json().get("detail").asText()).contains("no version 2. It may have been removed by retention");
        assertThat(wire().request("GET", "/v1/states/" + name + "?version=2")
                        .header("If-None-Match", "\"2\"")
                        .send()
                        .status())
                .isEqualTo(404);
        assertThat(purge("?version=2").json().get("changed").asBoolean()).isFalse();
    }

    @Test
    void theCurrentVersionIsNotPurged() {
        write(2);

        Answer refused = purge("?version=2");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("reason").asText()).isEqualTo("current");
        assertThat(purge("?all=true").status()).isEqualTo(409);
        assertThat(purge("?version=1", "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(numbers(page(""))).containsExactly(2L, 1L);
    }

    @Test
    void aLockedStateIsPurgedWithTheIdOfItsLock() {
        write(2);
        wire().request("LOCK", "/terraform/" + name).json(lockInfo("one")).send();

        assertThat(purge("?version=1").status()).isEqualTo(423);
        assertThat(purge("?version=1&lock=one").status()).isEqualTo(200);
    }

    @Test
    void aDeletedStateIsPurgedWithWhatWasSetAside() {
        write(2);
        wire().request("POST", "/terraform/" + name + "?ID=lost").json(state(9)).send();
        String quarantined = page("?quarantined=true").at("/versions/0/id").asText();
        wire().request("DELETE", "/v1/states/" + name).send();

        Answer purged = purge("?all=true");

        assertThat(purged.status()).isEqualTo(200);
        assertThat(numbers(purged.json())).containsExactly(2L, 1L);
        assertThat(purged.json().at("/quarantined/0/id").asText()).isEqualTo(quarantined);
        assertThat(wire().get("/v1/versions/" + name).status()).isEqualTo(404);
        assertThat(wire().get("/v1/records/" + name).status()).isEqualTo(404);
        assertThat(wire().get("/v1/states?include=deleted&prefix=" + name)
                        .json()
                        .get("states"))
                .isEmpty();
        assertThat(wire().get("/terraform/" + name).status()).isEqualTo(404);
        assertThat(wire().request("PUT", "/v1/states/" + name)
                        .header("If-Match", "\"2\"")
                        .json(state(3))
                        .send()
                        .status())
                .isEqualTo(412);
        assertThat(wire().request("PUT", "/v1/states/" + name)
                        .json(state(1))
                        .send()
                        .header("ETag"))
                .isEqualTo("\"3\"");
    }

    @Test
    void whatWasSetAsideIsPurgedByItsId() {
        write(1);
        wire().request("POST", "/terraform/" + name + "?ID=lost").json(state(9)).send();
        String quarantined = page("?quarantined=true").at("/versions/0/id").asText();

        assertThat(purge("?quarantined=" + quarantined).status()).isEqualTo(200);
        assertThat(purge("?quarantined=" + quarantined).status()).isEqualTo(404);
        assertThat(page("?quarantined=true").get("versions")).isEmpty();
    }

    @Test
    void aVersionTellsWhoWroteItAndUnderWhichLock() {
        wire().request("LOCK", "/terraform/" + name).json(lockInfo("one")).send();
        wire().request("POST", "/terraform/" + name + "?ID=one").json(state(1)).send();

        JsonNode version = page("").at("/versions/0");

        assertThat(version.get("author").asText()).isEqualTo("ada@build-7");
        assertThat(version.get("operation").asText()).isEqualTo("OperationTypeApply");
        assertThat(version.get("fence").asLong()).isEqualTo(1);
        assertThat(version.get("serial").asLong()).isEqualTo(1);
    }

    @Test
    void aDeletedStateHasItsHistory() {
        write(2);
        wire().request("DELETE", "/v1/states/" + name).send();

        assertThat(numbers(page(""))).containsExactly(2L, 1L);
    }

    @Test
    void aStateThatNeverWasIs404() {
        Answer missing = wire().get("/v1/versions/" + name);

        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().get("type").asText()).isEqualTo("urn:kolumn:state:not-found");
    }

    @Test
    void refusedDocumentsAreListedApart() {
        write(1);
        String id = wire().request("PUT", "/v1/states/" + name + "?lock=lost")
                .json(state(2))
                .send()
                .json()
                .get("quarantined")
                .asText();

        assertThat(numbers(page(""))).containsExactly(1L);
        JsonNode quarantined = page("?quarantined=true").get("versions");
        assertThat(quarantined).hasSize(1);
        assertThat(quarantined.at("/0/id").asText()).isEqualTo(id);
        assertThat(quarantined.at("/0/serial").asLong()).isEqualTo(2);
        assertThat(quarantined.at("/0/operation").asText()).contains("lock-lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "before=x", "before=-1"})
    void aBadParameterIs400(String parameter) {
        write(1);

        Answer refused = wire().get("/v1/versions/" + name + "?" + parameter);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains(parameter.substring(0, parameter.indexOf('=')));
    }
}
