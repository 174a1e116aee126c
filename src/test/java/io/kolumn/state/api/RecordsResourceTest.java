package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@code /v1/records} of docs/http.md. */
@QuarkusTest
class RecordsResourceTest {

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend backend;

    private final String name = "test-" + UUID.randomUUID() + "/prod";

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer put(String document, String query) {
        return wire().request("PUT", "/v1/states/" + name + query)
                .json(document)
                .send();
    }

    private static void assertRecord(JsonNode json, StateVersion version) {
        assertThat(json.get("version").asLong()).isEqualTo(version.number());
        assertThat(json.get("id").asText()).isEqualTo(version.id());
        assertThat(json.get("format").asText()).isEqualTo("terraform");
        assertThat(json.get("empty").asBoolean()).isEqualTo(version.empty());
        assertThat(json.get("serial").asLong()).isEqualTo(version.serial());
        assertThat(json.get("lineage").asText()).isEqualTo(LINEAGE);
        assertThat(json.get("checksum").asText()).isEqualTo(version.sha256());
        assertThat(json.get("size").asLong()).isEqualTo(version.size());
        assertThat(json.get("created").asText()).isEqualTo(version.created().toString());
        assertThat(json.get("author").asText()).isEqualTo(version.author());
        assertThat(json.get("operation").asText()).isEqualTo(version.operation());
        assertThat(json.get("fence").asLong()).isEqualTo(version.fence());
    }

    @Test
    void everythingThatIsRecordedIsGivenAtOnce() {
        put(state(1), "");
        wire().request("PUT", "/v1/locks/" + name)
                .json("{\"id\": \"mine\", \"who\": \"ada\"}")
                .send();
        put(state(8, LINEAGE, "two"), "?lock=mine");
        wire().request("DELETE", "/v1/locks/" + name + "?id=mine").send();
        put(state(9, LINEAGE, "refused"), "?lock=lost");

        JsonNode json = wire().get("/v1/records/" + name).json();

        StateSnapshot whole = backend.snapshot(StateName.of(name)).orElseThrow();
        assertThat(json.get("name").asText()).isEqualTo(name);
        assertThat(json.get("commit").asText()).isEqualTo(whole.head().commit());
        assertThat(json.get("changed").asText())
                .isEqualTo(whole.head().changed().toString());
        assertThat(json.get("current").asLong()).isEqualTo(2);
        assertThat(json.get("lastVersion").asLong()).isEqualTo(2);
        assertThat(json.get("versionCount").asLong()).isEqualTo(2);
        assertThat(json.get("fence").asLong()).isEqualTo(1);
        assertThat(json.get("highestSerial").asLong()).isEqualTo(8);
        assertThat(json.get("records")).hasSize(2);
        assertRecord(json.at("/records/0"), whole.versions().getFirst());
        assertRecord(json.at("/records/1"), whole.versions().getLast());
        assertThat(json.get("quarantined")).hasSize(1);
        assertRecord(json.at("/quarantined/0"), whole.quarantined().getFirst());
    }

    @Test
    void aDeletedStateHasItsRecordsAndNoCurrentOne() {
        put(state(1), "");
        wire().request("DELETE", "/v1/states/" + name).send();

        JsonNode json = wire().get("/v1/records/" + name).json();

        assertThat(json.has("current")).isFalse();
        assertThat(json.get("lastVersion").asLong()).isEqualTo(1);
        assertThat(json.get("records")).hasSize(1);
    }

    @Test
    void ofNothingThereIsNothing() {
        Answer answer = wire().get("/v1/records/" + name);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("type").asText()).isEqualTo("urn:kolumn:state:not-found");
    }
}
