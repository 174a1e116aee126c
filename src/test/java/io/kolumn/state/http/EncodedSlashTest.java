package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A slash of a name may be {@code %2F} at {@code /v1}, as generated clients write it; nothing else may be encoded. */
@QuarkusTest
class EncodedSlashTest {

    @TestHTTPResource
    URI server;

    private Wire wire() {
        return Wire.to(server);
    }

    @Test
    void itIsTheSameState() {
        Answer written = wire().request("PUT", "/v1/states/slash%2Fapp%2fprod")
                .json(TestStates.state(3))
                .send();

        assertThat(written.status()).isEqualTo(201);
        assertThat(wire().get("/v1/states/slash/app/prod").text()).isEqualTo(TestStates.state(3));
        assertThat(wire().get("/v1/states/slash%2Fapp/prod").text()).isEqualTo(TestStates.state(3));
        assertThat(wire().get("/v1/versions/slash%2Fapp%2Fprod").status()).isEqualTo(200);
        assertThat(wire().request("HEAD", "/v1/states/slash%2Fapp%2Fprod")
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("PUT", "/v1/locks/slash%2Fapp%2Fprod")
                        .json("{\"id\":\"a\",\"who\":\"ada\"}")
                        .send()
                        .status())
                .isEqualTo(201);
        assertThat(wire().get("/v1/locks/slash/app/prod").json().get("id").asText())
                .isEqualTo("a");
        assertThat(wire().request("DELETE", "/v1/states/slash%2Fapp%2Fprod?lock=a")
                        .send()
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/states/slash%252Fapp",
                "/v1/states/slash%25252Fapp",
                "/v1/states/slash%2F..%2Fapp",
                "/v1/states/..%2Fbackend",
                "/v1/states/slash%2F%2E%2E%2Fapp",
                "/v1/states/%2e%2e/app",
                "/v1/states/slash%2F%2Fapp",
                "/v1/states/slash%2F/app",
                "/v1/states/%2Fapp",
                "/v1/states/app%2F",
                "/v1/states/app%2F.",
                "/v1/states/app%5Cx",
                "/v1/states/app%00",
                "/v1/states/app%2",
                "/v1/states/app%",
                "/v1/states/a%C0%AFb",
                "/v1/states/a%EF%BC%8Fb",
                "/v1%2Fstates%2Fapp",
                "/v1/states%2Fapp",
                "/v1/%2Fstates/app",
                "/v1/x/..%2Fstates/app",
                "/terraform/slash%2Fapp",
                "/terraform-lock/slash%2Fapp",
                "/terraform-outputs/slash%2Fapp",
                "/v1/..%2Fterraform/app"
            })
    void nothingElseIsDecoded(String target) {
        for (String method : new String[] {"GET", "PUT"}) {
            Answer answer =
                    wire().request(method, target).json(TestStates.state(1)).send();

            assertThat(answer.status()).as(method).isEqualTo(400);
        }
        assertThat(wire().get("/v1/states/app").status()).isEqualTo(404);
    }
}
