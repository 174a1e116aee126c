package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
