package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.fixture;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/restores}, {@code /v1/diffs}, {@code /v1/outputs}, {@code /terraform-outputs} and {@code ?at=}. */
@QuarkusTest
class HistoryResourcesTest {

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID() + "/prod";

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer put(String name, String document, String query) {
        return wire().request("PUT", "/v1/states/" + name + query)
                .json(document)
                .send();
    }

    private void write(String... contents) {
        for (int i = 0; i < contents.length; i++) {
            assertThat(put(name, state(i + 1, LINEAGE, contents[i]), "").status())
                    .isLessThan(300);
        }
    }

    private Answer restore(String body) {
        return wire().request("POST", "/v1/restores/" + name).json(body).send();
    }

    private String current() {
        return wire().get("/v1/states/" + name).text();
    }

    private static String code(Answer answer) {
        return answer.json().get("type").asText().replace("urn:kolumn:state:", "");
    }

    // Restores.

    @Test
    void aVersionIsRestoredWithAHigherSerial() {
        write("one", "two");

        Answer answer = restore("{\"version\": 1}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("\"3\"");
        assertThat(answer.json().at("/version/version").asLong()).isEqualTo(3);
        assertThat(answer.json().at("/version/operation").asText()).isEqualTo("restore of 1");
        assertThat(answer.json().at("/serialChange").asText()).isEqualTo("raised");
        assertThat(answer.json().at("/changed").asBoolean()).isTrue();
        assertThat(answer.json().has("quarantined")).isFalse();
        assertThat(current()).isEqualTo(state(3, LINEAGE, "one"));
        assertThat(restore("{\"version\": 1}").json().at("/changed").asBoolean())
                .isFalse();
    }

    @Test
    void aDeletedStateIsRestored() {
        write("one");
        wire().request("DELETE", "/v1/states/" + name).send();

        assertThat(restore("{\"version\": 1}").status()).isEqualTo(201);

        assertThat(current()).isEqualTo(state(2, LINEAGE, "one"));
    }

    @Test
    void aQuarantinedDocumentIsRestoredAndQuarantinedNoMore() {
        write("one");
        String id = put(name, state(2, LINEAGE, "done"), "?lock=lost")
                .json()
                .get("quarantined")
                .asText();

        Answer answer = restore("{\"quarantined\": \"" + id + "\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/quarantined").asText()).isEqualTo(id);
        assertThat(current()).isEqualTo(state(2, LINEAGE, "done"));
        assertThat(wire().get("/v1/versions/" + name + "?quarantined=true")
                        .json()
                        .get("versions"))
                .isEmpty();
    }

    @Test
    void anEncryptedDocumentGoesBackAsItWas() {
        String encrypted = new String(fixture("opentofu-encrypted.tfstate"), StandardCharsets.UTF_8);
        put(name, encrypted, "");
        put(name, state(1_000, LINEAGE, "x"), "?force=true");

        assertThat(restore("{\"version\": 1}").json().at("/serialChange").asText())
                .isEqualTo("unchanged");

        assertThat(current()).isEqualTo(encrypted);
    }

    @Test
    void locksAndConditionsAreObeyed() {
        write("one", "two");
        assertThat(wire().request("POST", "/v1/restores/" + name)
                        .header("If-Match", "\"1\"")
                        .json("{\"version\": 1}")
                        .send()
                        .status())
                .isEqualTo(412);
        wire().request("PUT", "/v1/locks/" + name)
                .json("{\"id\": \"mine\", \"who\": \"ada\"}")
                .send();

        Answer locked = restore("{\"version\": 1}");
        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.json().at("/holder/id").asText()).isEqualTo("mine");
        assertThat(wire().request("POST", "/v1/restores/" + name + "?lock=mine")
                        .json("{\"version\": 1}")
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "7",
                "{",
                "{\"version\": \"7\"}",
                "{\"version\": 1.5}",
                "{\"version\": 99999999999999999999}",
                "{\"version\": 1, \"quarantined\": \"x\"}",
                "{\"quarantined\": 7}",
                "{\"number\": 7}"
            })
    void aBodyThatDoesNotSayWhatIs400(String body) {
        write("one");

        Answer refused = restore(body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("{\"version\": 7}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"version\": 9}", "{\"version\": 0}", "{\"version\": -1}", "{\"quarantined\": \"nothing\"}"})
    void whatIsNotThereIs404(String body) {
        write("one");

        assertThat(restore(body).status()).isEqualTo(404);
    }

    @Test
    void aRestoreIsAWrite() {
        write("one", "two");

        assertThat(wire().request("POST", "/v1/restores/" + name)
                        .header("Origin", "https://evil.example")
                        .json("{\"version\": 1}")
                        .send()
                        .status())
                .isEqualTo(403);
        assertThat(wire().request("POST", "/v1/restores/" + name)
                        .header("Content-Type", "text/plain")
                        .body("{\"version\": 1}".getBytes(StandardCharsets.UTF_8))
                        .send()
                        .status())
                .isEqualTo(415);
        assertThat(current()).isEqualTo(state(2, LINEAGE, "two"));
    }

    // Points in time.

    @Test
    void theVersionThatWasCurrentThenIsRead() {
        write("one");
        Instant then = Instant.parse(wire().get("/v1/versions/" + name)
                .json()
                .at("/versions/0/created")
                .asText());
        put(name, state(2, LINEAGE, "two"), "");

        Answer answer = wire().get("/v1/states/" + name + "?at=" + then);
        assertThat(answer.text()).isEqualTo(state(1, LINEAGE, "one"));
        assertThat(answer.header("State-Version")).isEqualTo("1");
        assertThat(answer.header("State-Exact")).isEqualTo("true");
        assertThat(wire().request("HEAD", "/v1/states/" + name + "?at=" + then)
                        .send()
                        .header("State-Version"))
                .isEqualTo("1");
        assertThat(wire().get("/v1/states/" + name + "?at=2999-01-01T00:00:00Z").text())
                .isEqualTo(state(2, LINEAGE, "two"));
        assertThat(wire().get("/v1/states/" + name + "?at=" + then.minusSeconds(1))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at=yesterday", "at=2026-11-23", "at=2026-11-23T10:00:00Z&version=1"})
    void aBadTimeIs400(String query) {
        write("one");

        Answer refused = wire().get("/v1/states/" + name + "?" + query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("at");
    }

    // Diffs.

    @Test
    void twoVersionsAreCompared() {
        write("one", "two");

        JsonNode diff = wire().get("/v1/diffs/" + name + "?from=1&to=2").json();

        assertThat(diff.at("/from/serial").asLong()).isEqualTo(1);
        assertThat(diff.at("/to/serial").asLong()).isEqualTo(2);
        assertThat(diff.at("/to/state").asText()).isEqualTo(name);
        assertThat(diff.at("/from/terraformVersion").asText()).isEqualTo("1.11.4");
        assertThat(diff.at("/changed").asInt()).isEqualTo(1);
        assertThat(diff.at("/outputs/0").toString())
                .isEqualTo("{\"address\":\"content\",\"change\":\"changed\",\"attributes\":[{\"path\":\"\","
                        + "\"before\":\"one\",\"after\":\"two\",\"sensitive\":false,\"truncated\":false}]}");
        assertThat(wire().get("/v1/diffs/" + name + "?from=1").json()).isEqualTo(diff);
    }

    @Test
    void versionsOfTwoStatesAreCompared() {
        write("one");
        put(name + "-2", state(7, LINEAGE, "two"), "");

        JsonNode diff = wire().get("/v1/diffs/" + name + "?from=1&to=1&other=" + name + "-2")
                .json();

        assertThat(diff.at("/to/state").asText()).isEqualTo(name + "-2");
        assertThat(diff.at("/outputs/0/attributes/0/after").asText()).isEqualTo("two");
    }

    @Test
    void secretsAreNotCompared() {
        put(name, new String(fixture("terraform-v4-small.tfstate"), StandardCharsets.UTF_8), "");
        put(
                name,
                new String(fixture("terraform-v4-small.tfstate"), StandardCharsets.UTF_8)
                        .replace("s3cr3t-do-not-log", "another-s3cr3t")
                        .replace("\"serial\": 5", "\"serial\": 6"),
                "");

        Answer answer = wire().get("/v1/diffs/" + name + "?from=1&to=2");

        assertThat(answer.text()).contains("\"address\":\"password\"").doesNotContain("s3cr3t");
    }

    @Test
    void anEncryptedDocumentSaysThatItCannotBeCompared() {
        put(name, new String(fixture("opentofu-encrypted.tfstate"), StandardCharsets.UTF_8), "");
        put(name, state(1_000, LINEAGE, "x"), "?force=true");

        Answer refused = wire().get("/v1/diffs/" + name + "?from=1&to=2");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(code(refused)).isEqualTo("conflict");
        assertThat(refused.json().get("reason").asText()).isEqualTo("unreadable");
        assertThat(refused.json().get("detail").asText()).contains("encrypted");
        assertThat(wire().get("/v1/diffs/" + name + "?from=2&to=1").status()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 400",
        "from=x, 400",
        "from=1&to=x, 400",
        "from=1&other=a//b, 400",
        "from=9, 404",
        "from=1&to=9, 404",
        "from=1&other=nobody, 404"
    })
    void whatCannotBeComparedIsToldWhy(String query, int status) {
        write("one");

        Answer refused = wire().get("/v1/diffs/" + name + "?" + query);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.json().get("detail").asText()).isNotEmpty();
    }

    // Outputs.

    private void writeSmall() {
        put(name, new String(fixture("terraform-v4-small.tfstate"), StandardCharsets.UTF_8), "");
    }

    @Test
    void outputsAreReadWithoutSecrets() {
        writeSmall();

        Answer answer = wire().get("/v1/outputs/" + name);

        assertThat(answer.json().at("/outputs/endpoint").toString())
                .isEqualTo("{\"value\":\"https://app.example.test:8443\",\"type\":\"string\",\"sensitive\":false}");
        assertThat(answer.json().at("/outputs/password").toString())
                .isEqualTo("{\"type\":\"string\",\"sensitive\":true}");
        assertThat(answer.json().at("/version").asLong()).isEqualTo(1);
        assertThat(answer.text()).doesNotContain("s3cr3t", "terraform_data");
    }

    @Test
    void secretsAreReadWhenTheyAreAskedFor() {
        writeSmall();

        assertThat(wire().get("/v1/outputs/" + name + "?sensitive=true")
                        .json()
                        .at("/outputs/password/value")
                        .asText())
                .isEqualTo("s3cr3t-do-not-log");
    }

    @Test
    void aSecretByItsNameIsComparedAndShownWhenItIsAskedFor() {
        String document = """
                {"version": 4, "serial": %d, "lineage": "l", "resources": [{"mode": "managed", "type": "random_password",
                  "name": "db", "provider": "p", "instances": [{"attributes": {"result": "%s"}}]}]}
                """;
        put(name, document.formatted(1, "hunter-one"), "");
        put(name, document.formatted(2, "hunter-two"), "");

        assertThat(wire().get("/v1/diffs/" + name + "?from=1").text())
                .contains("\"sensitive\":true")
                .doesNotContain("hunter");
        assertThat(wire().get("/v1/diffs/" + name + "?from=1&sensitive=true").text())
                .contains("hunter-one", "hunter-two");
        assertThat(wire().get("/v1/diffs/" + name + "?from=1&sensitive=maybe").status())
                .isEqualTo(400);
    }

    @Test
    void outputsOfKolumnAreTheirValues() {
        put(name, new String(fixture("kolumn-universal-newer.klstate"), StandardCharsets.UTF_8), "");

        assertThat(wire().get("/v1/outputs/" + name).json().at("/outputs/dsn").toString())
                .isEqualTo("{\"value\":\"postgres://localhost/app\",\"sensitive\":false}");
    }

    @Test
    void terraformReadsADocumentWithOutputsAndNoneOfTheResources() {
        writeSmall();

        Answer answer = wire().get("/terraform-outputs/" + name);
        JsonNode document = answer.json();

        assertThat(document.at("/version").asInt()).isEqualTo(4);
        assertThat(document.at("/serial").asLong()).isEqualTo(5);
        assertThat(document.at("/resources")).hasSize(1);
        assertThat(document.at("/resources/0/name").asText())
                .isEqualTo("this_address_has_outputs_alone_and_is_no_backend");
        assertThat(document.at("/outputs/replicas").toString()).isEqualTo("{\"value\":3,\"type\":\"number\"}");
        assertThat(document.at("/outputs").has("password")).isFalse();
        assertThat(answer.text()).doesNotContain("s3cr3t", "10.0.0.0");
        assertThat(wire().get("/terraform-outputs/" + name + "?sensitive=true")
                        .json()
                        .at("/outputs/password")
                        .toString())
                .isEqualTo("{\"value\":\"s3cr3t-do-not-log\",\"type\":\"string\",\"sensitive\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCK", "UNLOCK", "POST", "DELETE"})
    void theAddressOfOutputsSaysWhereABackendIs(String method) {
        writeSmall();

        Answer refused =
                wire().request(method, "/terraform-outputs/" + name).json("{}").send();

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).contains("GET").doesNotContain(method);
        assertThat(refused.json().at("/detail").asText()).contains("/terraform/{name}");
        assertThat(wire().request(method, "/terraform/" + name)
                        .json("{}")
                        .send()
                        .status())
                .as("the address that it names takes %s", method)
                .isNotEqualTo(405);
    }

    /** {@code deprecated} is OpenTofu's; others may come. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/outputs/", "/terraform-outputs/"})
    void whatElseADocumentSaysOfAnOutputPassesThrough(String path) {
        String said = "\"deprecated\": \"use new_zone\", \"later\": {\"a\": [1.50]}";
        put(name, """
                {"version": 4, "serial": 1, "lineage": "l", "resources": [], "outputs": {
                  "zone": {"value": "z1", "type": "string", %s},
                  "hidden": {"value": "z2", "type": "string", "sensitive": true, "later": "s3cr3t"}}}
                """.formatted(said), "");

        Answer answer = wire().get(path + name);

        assertThat(answer.json().at("/outputs/zone/deprecated").asText()).isEqualTo("use new_zone");
        assertThat(answer.text()).contains("[1.50]").doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/outputs/", "/terraform-outputs/"})
    void outputsOfAFormatThatIsNotKnownAreRefusedAndNotEmpty(String path) {
        put(name, """
                {"version": 3, "serial": 5, "lineage": "l", "modules": [{"path": ["root"], "resources": {},
                  "outputs": {"vpc_id": {"sensitive": false, "type": "string", "value": "vpc-1"}}}]}
                """, "");

        Answer answer = wire().get(path + name);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("reason").asText()).isEqualTo("unreadable");
        assertThat(answer.json().get("detail").asText()).contains("format 3", "0.11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/outputs/", "/terraform-outputs/"})
    void outputsOfNothingAndOfAnEncryptedDocumentAreRefused(String path) {
        assertThat(wire().get(path + name).status()).isEqualTo(404);
        put(name, new String(fixture("opentofu-encrypted.tfstate"), StandardCharsets.UTF_8), "");

        assertThat(wire().get(path + name).status()).isEqualTo(409);
        assertThat(wire().get(path + "a//b").status()).isEqualTo(400);
        assertThat(wire().get(path + "a%252Fb").status()).isEqualTo(400);
    }

    @Test
    void metricsNameTheNewPathsAndNoState() {
        write("one");
        wire().get("/v1/outputs/" + name);
        wire().get("/v1/diffs/" + name + "?from=1");
        wire().get("/terraform-outputs/" + name);
        restore("{\"version\": 1}");

        assertThat(wire().get("/q/metrics").text())
                .contains("/v1/outputs/{name}", "/v1/diffs/{name}", "/terraform-outputs/{name}", "/v1/restores/{name}")
                .contains("operation=\"restore\"", "operation=\"diff\"", "operation=\"outputs\"")
                .doesNotContain(name);
    }
}
