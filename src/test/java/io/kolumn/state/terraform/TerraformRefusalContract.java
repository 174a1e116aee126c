package io.kolumn.state.terraform;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a rule about states is asked: paths that a router would tidy up, and requests of web pages. */
abstract class TerraformRefusalContract {

    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "LOCK", "UNLOCK", "DELETE");

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID();

    private Wire wire() {
        return Wire.to(server);
    }

    static Stream<String> badNames() {
        return Stream.of(
                "NAME/",
                "NAME//prod",
                "/NAME",
                "NAME/prod//",
                "NAME%2Fprod",
                "NAME%2fprod",
                "NAME/%2e%2e/other",
                "NAME/../other",
                "NAME/./other",
                "NAME/..",
                "NAME/.",
                "../NAME",
                "%2e%2e/NAME",
                "NAME/.git/..",
                "NAME/-x",
                "NAME%00",
                "NAME%0a",
                "NAME%20x",
                "NAME%5cprod",
                "NAME;v=1",
                "NAME/prod;jsessionid=1",
                "NAME:x",
                "NAME+x",
                "NAME*",
                "NAME~",
                "NAME@x",
                "NAME\u00e9",
                "+NAME",
                "NAME" + "x".repeat(10_000),
                "NAME/" + "a/".repeat(5_000) + "a");
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void aBadNameIs400WithAReasonForEveryMethod(String pattern) {
        for (String prefix : List.of("/terraform/", "/terraform-lock/", "/terraform-unlock/")) {
            for (String method : prefix.equals("/terraform/") ? METHODS : List.of("POST", "PUT", "DELETE")) {
                Answer refused = wire().request(method, prefix + pattern.replace("NAME", name))
                        .json(method.equals("POST") || method.equals("PUT") ? state(1) : lockInfo("one"))
                        .send();

                assertThat(refused.status())
                        .as("%s %s", method, prefix + pattern)
                        .isEqualTo(400);
                if (!method.equals("HEAD")) {
                    assertThat(refused.header("Content-Type"))
                            .as("%s %s", method, prefix)
                            .isEqualTo("application/problem+json");
                    assertThat(refused.json().get("detail").asText()).containsAnyOf("segment", "at most 255");
                }
            }
        }
        assertThat(wire().get("/v1/states?include=locked,deleted&prefix=" + name)
                        .json()
                        .get("states"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NAME%", "NAME%zz", "NAME\\prod", "..\\NAME", "NAME\u0000x", "NAME\tx", "NAME|x", "{NAME}"})
    void whatIsNoUriIs400(String pattern) {
        for (String method : METHODS) {
            Answer refused = wire().request(method, "/terraform/" + pattern.replace("NAME", name))
                    .json(state(1))
                    .send();

            assertThat(refused.status()).as(method).isEqualTo(400);
        }
        assertThat(wire().get("/v1/states?include=locked,deleted&prefix=" + name)
                        .json()
                        .get("states"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/terraform",
                "/terraform/",
                "/terraform-lock",
                "/terraform-lock/",
                "//terraform/NAME",
                "/terraform/NAME/",
                "/terraform/NAME//x",
                "/terraform/NAME/../x",
                "/TERRAFORM/NAME",
                "/terraform/NAME?",
                "/v1/states/",
                "/v1/states/NAME/"
            })
    void nothingIsEverRedirected(String pattern) {
        for (String method : METHODS) {
            Answer answer =
                    wire().request(method, pattern.replace("NAME", name)).send();

            assertThat(answer.status() / 100).as(method).isNotEqualTo(3);
            assertThat(answer.header("Location")).as(method).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/terraform", "/terraform-lock"})
    void withoutANameThereIsNothingToWrite(String path) {
        for (String method : METHODS) {
            assertThat(wire().request(method, path).json(state(1)).send().status())
                    .as(method)
                    .isBetween(400, 499);
        }
    }

    @Test
    void aNameOf255CharactersIsTaken() {
        String longest = (name + "/" + "n".repeat(255)).substring(0, 255);

        assertThat(wire().request("POST", "/terraform/" + longest)
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(wire().get("/terraform/" + longest).text()).isEqualTo(state(1));
        Answer tooLong = wire().request("POST", "/terraform/" + longest + "n")
                .json(state(1))
                .send();
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.json().get("detail").asText()).contains("255");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, text/plain",
        "POST, application/x-www-form-urlencoded",
        "POST, multipart/form-data",
        "POST, application/octet-stream",
        "PUT, text/plain",
        "PUT, text/json"
    })
    void aDocumentOfAnotherMediaTypeIs415(String method, String mediaType) {
        Answer refused = wire().request(method, "/terraform/" + name)
                .header("Content-Type", mediaType)
                .body(state(1).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send();

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.json().get("type").asText()).isEqualTo("urn:kolumn:state:invalid");
        assertThat(refused.json().get("detail").asText()).contains("application/json");
        assertThat(wire().get("/terraform/" + name).status()).isEqualTo(404);
    }

    @Test
    void aLockByPostOfAnotherMediaTypeIs415() {
        Answer refused = wire().request("POST", "/terraform-lock/" + name)
                .header("Content-Type", "text/plain")
                .body(lockInfo("one").getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send();

        assertThat(refused.status()).isEqualTo(415);
        assertThat(wire().get("/v1/locks/" + name).status()).isEqualTo(404);
    }

    @Test
    void jsonWithACharsetIsJson() {
        assertThat(wire().request("POST", "/terraform/" + name)
                        .header("Content-Type", "application/json; charset=utf-8")
                        .body(state(1).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate", "gzip, identity"})
    void anEncodedBodyIs415(String encoding) {
        for (String method : List.of("POST", "PUT", "LOCK")) {
            Answer refused = wire().request(method, "/terraform/" + name)
                    .header("Content-Encoding", encoding)
                    .json(state(1, LINEAGE, "x"))
                    .send();

            assertThat(refused.status()).as(method).isEqualTo(415);
            assertThat(refused.json().get("detail").asText()).contains("Content-Encoding");
        }
        assertThat(wire().get("/terraform/" + name).status()).isEqualTo(404);
    }

    @Test
    void anIdentityEncodedBodyIsTaken() {
        assertThat(wire().request("POST", "/terraform/" + name)
                        .header("Content-Encoding", "identity")
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1",
        "Origin, ':::'",
        "Sec-Fetch-Site, cross-site"
    })
    void aWebPageOfAnotherOriginChangesNothing(String header, String value) {
        for (String method : List.of("POST", "PUT", "DELETE", "LOCK", "UNLOCK")) {
            Answer refused = wire().request(method, "/terraform/" + name)
                    .header(header, value)
                    .json(state(1))
                    .send();

            assertThat(refused.status()).as(method).isEqualTo(403);
            assertThat(refused.json().get("type").asText()).isEqualTo("urn:kolumn:state:forbidden");
            assertThat(refused.json().get("permission").asText()).isNotBlank();
        }
        assertThat(wire().get("/terraform/" + name).status()).isEqualTo(404);
    }

    @Test
    void aPageOfTheServiceItselfMayWrite() {
        assertThat(wire().request("POST", "/terraform/" + name)
                        .header("Origin", "http://" + server.getAuthority())
                        .header("Sec-Fetch-Site", "same-origin")
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "OPTIONS", "PROPFIND", "TRACE"})
    void otherMethodsChangeNothing(String method) {
        Answer refused = wire().request(method, "/terraform/" + name).send();

        assertThat(refused.status()).isIn(200, 204, 405, 501);
        if (refused.status() >= 400) {
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        }
    }
}
