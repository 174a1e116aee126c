package io.kolumn.state.terraform;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions and questions that scripts send beside Terraform: kept as at {@code /v1}, or refused, and never passed over. */
@QuarkusTest
class TerraformConditionsTest {

    @TestHTTPResource
    URI server;

    private final String name = "conditions-" + UUID.randomUUID();
    private final String path = "/terraform/" + name;
    private String older = "";
    private String current = "";

    private Wire wire() {
        return Wire.to(server);
    }

    @BeforeEach
    void twoVersions() {
        older = write(1);
        current = write(2);
    }

    private String write(int serial) {
        assertThat(wire().request("POST", path).json(state(serial)).send().status())
                .isEqualTo(200);
        return wire().get(path).header("ETag");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void aWriteUnderTheTagOfAnOlderVersionIsRefused(String method) {
        assertThat(send(method, "If-Match", older)).isEqualTo(412);
        assertThat(wire().get(path).header("ETag")).isEqualTo(current);

        assertThat(send(method, "If-Match", current)).isEqualTo(200);
    }

    @Test
    void aWriteOfWhatMustNotBeThereIsRefused() {
        assertThat(send("POST", "If-None-Match", "*")).isEqualTo(412);
    }

    @Test
    void aDeletionUnderTheTagOfAnOlderVersionIsRefused() {
        assertThat(delete(older)).isEqualTo(412);
        assertThat(wire().get(path).status()).isEqualTo(200);

        assertThat(delete(current)).isEqualTo(200);
        assertThat(wire().get(path).status()).isEqualTo(404);
    }

    private int send(String method, String condition, String value) {
        return wire().request(method, path)
                .header(condition, value)
                .json(state(3))
                .send()
                .status();
    }

    private int delete(String tag) {
        return wire().request("DELETE", path).header("If-Match", tag).send().status();
    }

    @Test
    void whoHasTheCurrentVersionGetsNoBody() {
        Answer answer =
                wire().request("GET", path).header("If-None-Match", current).send();

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("ETag")).isEqualTo(current);
        assertThat(answer.body()).isEmpty();
        assertThat(wire().request("GET", path)
                        .header("If-None-Match", older)
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/terraform/, version=1, ?version=",
        "/terraform/, at=2026-01-01T00:00:00Z, ?at=",
        "/terraform-outputs/, version=1, ?version=",
        "/terraform-outputs/, at=2026-01-01T00:00:00Z, ?at="
    })
    void whoAsksForAnotherVersionIsToldWhereItIs(String door, String query, String there) {
        Answer answer = wire().get(door + name + "?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains("/v1/states/" + name + there);
    }

    @Test
    void whatElseStandsInAnAddressPasses() {
        assertThat(wire().get(path + "?ref=main&verison=1").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /terraform-outputs/, sensitive, 1",
        "GET, /terraform-outputs/, sensitive, ''",
        "GET, /v1/outputs/, sensitive, yes",
        "GET, /v1/versions/, quarantined, 1",
        "POST, /terraform/, force, maybe",
        "PUT, /terraform/, force, 1",
        "PUT, /v1/states/, force, maybe",
        "DELETE, /v1/locks/, force, yes"
    })
    void whatIsNeitherTrueNorFalseIsRefused(String method, String door, String flag, String value) {
        Wire.Request request = wire().request(method, door + name + "?" + flag + "=" + value);
        Answer answer = (method.startsWith("P") ? request.json(state(3)) : request).send();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains(flag + "=" + value + " is neither true nor false");
    }
}
