package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/backend} and {@code /v1/backends} of docs/http.md. */
@QuarkusTest
class BackendsResourceTest {

    @TestHTTPResource
    URI server;

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer validate(String type, String config) {
        return wire().request("POST", "/v1/backends/" + type + "/validate")
                .json(config)
                .send();
    }

    private static JsonNode named(JsonNode all, String member, String name) {
        return StreamSupport.stream(all.spliterator(), false)
                .filter(one -> one.get(member).asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyTypeIsListedWithItsKeys() {
        JsonNode backends = wire().get("/v1/backends").json().get("backends");

        assertThat(backends.findValuesAsText("type")).contains("local", "memory");
        JsonNode local = named(backends, "type", "local");
        assertThat(local.get("aliases")).extracting(JsonNode::asText).containsExactlyInAnyOrder("file", "filesystem");
        assertThat(local.get("text").asText()).isNotBlank();
        JsonNode count = named(local.get("keys"), "name", "backup_count");
        assertThat(count.get("type").asText()).isEqualTo("integer");
        assertThat(count.get("defaultValue").asText()).isEqualTo("10");
        assertThat(count.get("required").asBoolean()).isFalse();
        assertThat(count.get("secret").asBoolean()).isFalse();
        assertThat(count.get("text").asText()).isNotBlank();
        JsonNode folder = named(local.get("keys"), "name", "backup_dir");
        assertThat(folder.has("defaultValue")).isFalse();
    }

    @Test
    void aRequiredSecretKeyIsShownAsSuch() {
        JsonNode vault = named(wire().get("/v1/backends").json().get("backends"), "type", "vault-example");

        assertThat(named(vault.get("keys"), "name", "api_token").get("secret").asBoolean())
                .isTrue();
        assertThat(named(vault.get("keys"), "name", "room").get("required").asBoolean())
                .isTrue();
    }

    @Test
    void aRightConfigurationIsValid() {
        for (String config : List.of(
                "{}",
                "{\"path\":\"data/x.klstate\",\"backup_count\":20,\"backup-dir\":\"backups\"}",
                "{\"backup_count\":\"20\",\"allow_network_fs\":true,\"permissions\":\"0600\"}")) {
            Answer answer = validate("local", config);

            assertThat(answer.status()).as(config).isEqualTo(200);
            assertThat(answer.json().get("valid").asBoolean()).isTrue();
        }
        assertThat(validate("filesystem", "{}").status()).isEqualTo(200);
        assertThat(validate("memory", "{}").status()).isEqualTo(200);
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        Answer answer = validate(
                "local",
                "{\"backup_count\":\"many\",\"permissions\":\"rw\",\"allow-network-fs\":\"perhaps\",\"colour\":\"red\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().get("type").asText()).isEqualTo("urn:kolumn:state:configuration");
        JsonNode problems = answer.json().get("problems");
        assertThat(problems.findValuesAsText("key"))
                .containsExactlyInAnyOrder(
                        "kolumn.state.local.backup-count",
                        "kolumn.state.local.permissions",
                        "kolumn.state.local.allow-network-fs",
                        "kolumn.state.local.colour");
        JsonNode count = named(problems, "key", "kolumn.state.local.backup-count");
        assertThat(count.get("value").asText()).isEqualTo("many");
        assertThat(count.get("message").asText()).contains("whole number");
    }

    @Test
    void aMissingKeyIsNamedAndASecretIsNeverShown() {
        Answer answer = validate("vault-example", "{\"api_token\":\"s3cr3t-token\",\"api-token-2\":\"s3cr3t-too\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("problems").findValuesAsText("key"))
                .contains("kolumn.state.vault-example.room", "kolumn.state.vault-example.api-token-2");
        assertThat(answer.text()).doesNotContain("s3cr3t");
    }

    @Test
    void aSecretOfAWrongFormIsRedacted() {
        Answer answer = validate("vault-example", "{\"room\":\"one\",\"api_token\":\"x\",\"pin\":\"s3cr3t-pin\"}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/problems/0/key").asText()).isEqualTo("kolumn.state.vault-example.pin");
        assertThat(answer.json().at("/problems/0/value").asText()).isEqualTo("***");
        assertThat(answer.text()).doesNotContain("s3cr3t");
    }

    @Test
    void anUnknownTypeIs422AndNamesThoseThatThereAre() {
        Answer answer = validate("nothing", "{}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("nothing", "local", "memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "1", "{\"path\":{}}", "{\"path\":[1]}", "{\"path\":\"a\"", "{} {}"})
    void whatIsNoConfigurationIs400(String body) {
        assertThat(validate("local", body).status()).isEqualTo(400);
    }

    @Test
    void theServedBackendIsShown() {
        JsonNode served = wire().get("/v1/backend").json();

        assertThat(served.get("type").asText()).isEqualTo("memory");
        assertThat(served.get("configuration").isObject()).isTrue();
        assertThat(served.get("capabilities").isObject()).isTrue();
        assertThat(served.at("/check/canRead").asBoolean()).isTrue();
        assertThat(served.at("/check/canWrite").asBoolean()).isTrue();
        assertThat(served.at("/check/latencyMs").isNumber()).isTrue();
    }
}
