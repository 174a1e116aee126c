package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API describes itself. */
@QuarkusTest
class OpenApiTest {

    @TestHTTPResource
    URI server;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/states",
                "/v1/states/{name}",
                "/v1/versions/{name}",
                "/v1/records/{name}",
                "/v1/locks/{name}",
                "/v1/restores/{name}",
                "/v1/diffs/{name}",
                "/v1/outputs/{name}",
                "/v1/labels/{name}",
                "/v1/locks",
                "/v1/resources",
                "/v1/stats",
                "/v1/events",
                "/v1/moves",
                "/v1/moves/{name}",
                "/v1/whoami",
                "/v1/tokens",
                "/v1/tokens/{id}",
                "/v1/backend",
                "/v1/backends",
                "/v1/backends/{type}/validate",
                "/terraform/{name}",
                "/terraform-lock/{name}",
                "/terraform-unlock/{name}",
                "/terraform-outputs/{name}"
            })
    void everyPathIsDescribed(String path) {
        assertThat(document().path("paths").has(path)).isTrue();
    }

    @Test
    void bodiesHaveExamples() {
        JsonNode put = document().path("paths").path("/v1/states/{name}").path("put");
        assertThat(put.at("/requestBody/content/application~1json/examples/state/value")
                        .isMissingNode())
                .isFalse();
        JsonNode lock = document().path("paths").path("/v1/locks/{name}").path("put");
        assertThat(lock.at("/requestBody/content/application~1json/examples/lock/value")
                        .isMissingNode())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/restores/{name}, post, /requestBody/content/application~1json/examples/version/value",
        "/v1/restores/{name}, post, /requestBody/content/application~1json/examples/quarantined/value",
        "/v1/diffs/{name}, get, /responses/200/content/application~1json/examples/diff/value",
        "/v1/outputs/{name}, get, /responses/200/content/application~1json/examples/outputs/value",
        "/terraform-outputs/{name}, get, /responses/200/content/application~1json/examples/outputs/value",
    })
    void historyAndOutputsHaveExamples(String path, String method, String example) {
        JsonNode found = document().path("paths").path(path).path(method).at(example);

        assertThat(found.isMissingNode()).isFalse();
        assertThat(found.isTextual())
                .as("an example that is valid JSON is shown as such: " + found)
                .isFalse();
    }

    @Test
    void lockAndUnlockAreDescribedInText() {
        assertThat(document().path("tags").toString()).contains("LOCK").contains("UNLOCK");
    }

    /** What the code gives each time: whatever JSpecify does not call null. */
    @ParameterizedTest
    @CsvSource({
        "Version, io.kolumn.state.api.VersionView",
        "VersionList, io.kolumn.state.api.VersionsResource$VersionList",
        "State, io.kolumn.state.api.StateList$Entry",
        "StateList, io.kolumn.state.api.StateList",
        "Lock, io.kolumn.state.http.LockView",
        "LockList, io.kolumn.state.api.LockList",
        "HeldLock, io.kolumn.state.api.LockList$Entry",
        "Records, io.kolumn.state.api.RecordsResource$RecordsView",
        "Record, io.kolumn.state.api.RecordsResource$RecordView",
        "Restored, io.kolumn.state.api.RestoresResource$RestoredView",
        "MoveResult, io.kolumn.state.api.MovesResource$MoveView",
        "Moved, io.kolumn.state.api.MovedView",
        "Purged, io.kolumn.state.api.VersionsResource$PurgedView",
        "Diff, io.kolumn.state.api.DiffView",
        "DiffSide, io.kolumn.state.api.DiffView$Side",
        "DiffAttribute, io.kolumn.state.api.DiffView$Attribute",
        "Outputs, io.kolumn.state.api.OutputsResource$OutputsView",
        "Output, io.kolumn.state.api.OutputsResource$Output",
        "Whoami, io.kolumn.state.security.WhoamiResource$Whoami",
        "PersonalToken, io.kolumn.state.security.TokensResource$TokenView",
        "PersonalTokenList, io.kolumn.state.security.TokensResource$TokenList",
        "Backend, io.kolumn.state.api.BackendResource$Backend",
        "Check, io.kolumn.state.api.BackendResource$Check",
        "BackendTypes, io.kolumn.state.api.BackendsResource$BackendTypes",
        "BackendType, io.kolumn.state.api.BackendsResource$BackendType",
        "Key, io.kolumn.state.api.BackendsResource$Key",
        "Validated, io.kolumn.state.api.BackendsResource$Validated",
    })
    void whatIsAlwaysThereIsRequired(String schema, Class<?> type) {
        List<String> always = Arrays.stream(type.getRecordComponents())
                .filter(part -> !part.getAnnotatedType().isAnnotationPresent(Nullable.class))
                .map(RecordComponent::getName)
                .toList();
        List<String> required = new ArrayList<>();
        document().at("/components/schemas/" + schema + "/required").forEach(name -> required.add(name.asText()));

        assertThat(required).containsExactlyInAnyOrderElementsOf(always);
    }

    @Test
    void everyOperationCanBeGenerated() {
        Set<String> ids = new HashSet<>();
        document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(member -> member.getValue().isObject())
                        .forEach(member -> {
                            String where = member.getKey() + " " + path.getKey();
                            JsonNode operation = member.getValue();
                            assertThat(ids.add(operation.path("operationId").asText()))
                                    .as("an id of its own: " + where)
                                    .isTrue();
                            operation
                                    .path("parameters")
                                    .forEach(parameter -> assertThat(
                                                    parameter.path("schema").has("type"))
                                            .as(where + " " + parameter)
                                            .isTrue());
                            operation
                                    .path("responses")
                                    .properties()
                                    .forEach(answer -> assertBody(where, answer.getKey(), answer.getValue()));
                        }));
        assertThat(document().at("/components/securitySchemes").properties()).hasSize(2);
    }

    /** Of an error a problem or the holder; what has none is named here. */
    private static void assertBody(String where, String status, JsonNode answer) {
        boolean bodiless = where.startsWith("head ")
                || status.equals("204")
                || status.equals("304")
                || (where.equals("get /v1/events") && status.equals("200"))
                || List.of(
                                        "delete /v1/locks/{name}",
                                        "post /terraform/{name}",
                                        "put /terraform/{name}",
                                        "delete /terraform/{name}",
                                        "delete /terraform-lock/{name}",
                                        "post /terraform-unlock/{name}",
                                        "put /terraform-unlock/{name}",
                                        "patch /terraform-unlock/{name}",
                                        "delete /terraform-unlock/{name}")
                                .contains(where)
                        && status.equals("200");
        JsonNode schema = answer.path("content").elements().hasNext()
                ? answer.path("content").elements().next().path("schema")
                : MissingNode.getInstance();
        assertThat(schema.has("$ref")).as(where + " " + status).isEqualTo(!bodiless);
        assertThat(answer.at("/headers/X-Request-Id").isMissingNode()).isFalse();
        if (status.equals("503")) {
            assertThat(answer.at("/headers/Retry-After").isMissingNode()).isFalse();
        }
    }

    @Test
    void theFileOfThePackageSaysWhatTheCodeSays() throws IOException {
        Wire.Answer ofTheCode = Wire.to(server).get("/q/openapi/of-the-code?format=json");
        assertThat(ofTheCode.status()).isEqualTo(200);
        Path renewed = Path.of("target", "kolumn-state-openapi.json");
        String version = ofTheCode.json().at("/info/version").textValue();
        Files.writeString(
                renewed, ofTheCode.text().replace("\"version\" : \"" + version, "\"version\" : \"${project.version}"));

        assertThat(document())
                .as("where the API was changed on purpose: cp " + renewed + " src/main/filtered/META-INF/")
                .isEqualTo(ofTheCode.json());
    }

    private JsonNode document() {
        Wire.Answer answer = Wire.to(server).get("/q/openapi");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }
}
