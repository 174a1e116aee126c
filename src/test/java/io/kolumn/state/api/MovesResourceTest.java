package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.TestStates;
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

/** {@code /v1/moves}, and what an old address says on each protocol. */
@QuarkusTest
class MovesResourceTest {

    @TestHTTPResource
    URI server;

    private final String prefix = "moves-" + UUID.randomUUID() + "/";
    private final String old = prefix + "old";
    private final String fresh = prefix + "new";

    @BeforeEach
    void write() {
        put(old, state(1));
        put(old, state(2));
    }

    private void put(String name, String document) {
        assertThat(Wire.to(server)
                        .request("PUT", "/v1/states/" + name)
                        .json(document)
                        .send()
                        .status())
                .isLessThan(300);
    }

    private Answer send(String method, String target) {
        return Wire.to(server).request(method, target).send();
    }

    private Answer post(String body) {
        return Wire.to(server).request("POST", "/v1/moves").json(body).send();
    }

    private static String asked(String from, String to) {
        return "{\"from\": \"" + from + "\", \"to\": \"" + to + "\"}";
    }

    private static String type(Answer answer) {
        return answer.json().path("type").asText();
    }

    @Test
    void aMoveIsDoneOnceAndMayBeAskedForAgain() {
        Answer moved = post(asked(old, fresh));

        assertThat(moved.status()).as(moved.text()).isEqualTo(200);
        JsonNode json = moved.json();
        assertThat(json.path("changed").asBoolean()).isTrue();
        assertThat(json.path("copy").asBoolean()).isFalse();
        assertThat(json.path("versions").asInt()).isEqualTo(2);
        assertThat(json.at("/current/version").asInt()).isEqualTo(2);
        assertThat(send("GET", "/v1/states/" + fresh).text()).isEqualTo(state(2));
        assertThat(send("GET", "/v1/states/" + fresh + "?version=1").text()).isEqualTo(state(1));
        Answer again = post(asked(old, fresh));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("changed").asBoolean()).isFalse();
    }

    @Test
    void aCopyLeavesTheStateWhereItIs() {
        Answer copied = post("{\"from\": \"" + old + "\", \"to\": \"" + fresh + "\", \"copy\": true}");

        assertThat(copied.status()).as(copied.text()).isEqualTo(200);
        assertThat(send("GET", "/v1/states/" + fresh).text()).isEqualTo(state(2));
        assertThat(send("GET", "/v1/states/" + old).text()).isEqualTo(state(2));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/states/",
        "DELETE, /v1/states/",
        "GET, /v1/versions/",
        "GET, /v1/locks/",
        "GET, /v1/outputs/",
        "GET, /terraform/",
        "DELETE, /terraform/",
        "GET, /terraform-outputs/",
        "UNLOCK, /terraform/"
    })
    void theOldAddressSaysWhereTheStateIs(String method, String route) {
        post(asked(old, fresh));

        Answer answer = send(method, route + old);

        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(type(answer)).isEqualTo("urn:kolumn:state:moved");
        assertThat(answer.json().path("movedTo").asText()).isEqualTo(fresh);
        assertThat(answer.json().path("movedAt").asText()).isNotEmpty();
        assertThat(answer.json().path("detail").asText())
                .contains("State '" + old + "' was moved to '" + fresh + "' on ")
                .contains("Use the address that ends with /" + fresh);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCK /terraform/", "POST /terraform-lock/", "PUT /terraform-lock/"})
    void terraformReadsInTheLockWhereTheStateIs(String request) {
        post(asked(old, fresh));
        String[] parts = request.split(" ", -1);

        Answer answer = Wire.to(server)
                .request(parts[0], parts[1] + old)
                .json(TestStates.lockInfo("one"))
                .send();

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("ID").asText())
                .as("of a lock that it does not get, Terraform shows nothing but the ID")
                .contains("was moved to '" + fresh + "'");
        assertThat(answer.json().path("Info").asText()).contains("was moved to '" + fresh + "'");
        assertThat(type(answer)).isEqualTo("urn:kolumn:state:moved");
    }

    @Test
    void aWriteToTheOldAddressIsNoNewState() {
        post(asked(old, fresh));

        for (String route : new String[] {"/terraform/", "/v1/states/"}) {
            Answer answer = Wire.to(server)
                    .request(route.startsWith("/v1") ? "PUT" : "POST", route + old)
                    .json(state(3))
                    .send();
            assertThat(answer.status()).isEqualTo(409);
        }
        assertThat(send("GET", "/v1/states/" + fresh).text()).isEqualTo(state(2));
    }

    @Test
    void listsTellOfItWhereTheyAreAskedForAll() {
        post(asked(old, fresh));

        assertThat(send("GET", "/v1/states?prefix=" + prefix).json().path("states"))
                .hasSize(1);
        JsonNode all =
                send("GET", "/v1/states?include=locked&prefix=" + prefix).json().path("states");
        assertThat(all).hasSize(2);
        assertThat(all.get(1).at("/moved/to").asText()).isEqualTo(fresh);
        assertThat(all.get(1).has("lock")).isFalse();
        assertThat(send("GET", "/v1/locks?prefix=" + prefix).json().path("locks"))
                .isEmpty();
    }

    @Test
    void anOldAddressIsFreedByHand() {
        post(asked(old, fresh));

        assertThat(send("DELETE", "/v1/moves/" + old).status()).isEqualTo(204);
        assertThat(send("DELETE", "/v1/moves/" + old).status()).isEqualTo(404);
        assertThat(send("GET", "/terraform/" + old).status()).isEqualTo(404);
    }

    @Test
    void whatIsInTheWayIsTold() {
        put(fresh, state(7));
        Answer exists = post(asked(old, fresh));
        assertThat(exists.status()).isEqualTo(409);
        assertThat(exists.json().path("reason").asText()).isEqualTo("exists");
        assertThat(post(asked(prefix + "none", prefix + "other")).status()).isEqualTo(404);
        Wire.to(server)
                .request("PUT", "/v1/locks/" + old)
                .json("{\"id\": \"a\", \"who\": \"ada\"}")
                .send();
        Answer locked = post(asked(old, prefix + "other"));
        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.json().at("/holder/who").asText()).isEqualTo("ada");
        assertThat(Wire.to(server)
                        .request("POST", "/v1/moves?lock=a")
                        .json(asked(old, prefix + "other"))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"from\": \"a\"}",
                "{\"from\": 1, \"to\": \"b\"}",
                "{\"from\": \"a\", \"to\": \"b\", \"copy\": \"yes\"}",
                "{\"from\": \"a\", \"to\": \"b\", \"mode\": \"copy\"}",
                "{\"from\": \"a\", \"to\": \"a\"}",
                "{\"from\": \"a\", \"to\": \"b/../c\"}"
            })
    void aBodyThatSaysSomethingElseMovesNothing(String body) {
        Answer answer = post(body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText()).endsWith(".");
    }
}
