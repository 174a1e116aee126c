package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.Labels;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/labels/{name}}, and lists by labels. */
@QuarkusTest
class LabelsResourceTest {

    @TestHTTPResource
    URI server;

    @Inject
    StateBackend served;

    private final String prefix = "labels-" + UUID.randomUUID() + "/";
    private final String name = prefix + "prod";

    @BeforeEach
    void write() {
        put(name);
    }

    private void put(String state) {
        assertThat(Wire.to(server)
                        .request("PUT", "/v1/states/" + state)
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(201);
    }

    private Answer get(String target) {
        return Wire.to(server).get(target);
    }

    private Answer patch(String state, String body) {
        return Wire.to(server)
                .request("PATCH", "/v1/labels/" + state)
                .json(body)
                .send();
    }

    private JsonNode states(String query) {
        Answer answer = get("/v1/states?prefix=" + prefix + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("states");
    }

    @Test
    void aPatchIsMerged() {
        assertThat(get("/v1/labels/" + name).text()).isEqualTo("{}");

        assertThat(patch(name, "{\"team\": \"käse, a=b\", \"env\": \"prod\"}").text())
                .isEqualTo("{\"env\":\"prod\",\"team\":\"käse, a=b\"}");
        Answer patched = Wire.to(server)
                .request("PATCH", "/v1/labels/" + name)
                .header("Content-Type", "application/merge-patch+json")
                .body("{\"env\": null, \"none\": null}".getBytes(StandardCharsets.UTF_8))
                .send();
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.text()).isEqualTo("{\"team\":\"käse, a=b\"}");
        assertThat(get("/v1/labels/" + name).text()).isEqualTo(patched.text());
    }

    @Test
    void allLabelsThatAStateCanHaveAreOnePatch() {
        String most = IntStream.range(10, 10 + Labels.MAX_COUNT)
                .mapToObj(i ->
                        '"' + "k".repeat(Labels.LONGEST_KEY - 2) + i + "\":\"" + "日".repeat(Labels.LONGEST_VALUE) + '"')
                .collect(Collectors.joining(",", "{", "}"));

        assertThat(patch(name, most).text()).isEqualTo(most);
        assertThat(get("/v1/labels/" + name).text()).isEqualTo(most);
        Answer more = patch(name, "{\"one\": \"more\"}");
        assertThat(more.status()).isEqualTo(400);
        assertThat(more.json().path("detail").asText()).contains("There would be 65 labels");
        Answer large = patch(name, "{\"a\": \"" + "x".repeat(64 * 1024) + "\"}");
        assertThat(large.status()).isEqualTo(400);
        assertThat(large.json().path("detail").asText()).contains("The body has more than 65536 bytes");
    }

    @Test
    void theLockOfAnotherDoesNotPreventIt() {
        Wire.to(server)
                .request("PUT", "/v1/locks/" + name)
                .json("{\"id\": \"a\", \"who\": \"ada\"}")
                .send();

        assertThat(patch(name, "{\"team\": \"a\"}").status()).isEqualTo(200);
        assertThat(get("/v1/locks/" + name).status()).isEqualTo(200);
    }

    @Test
    void whatDoesNotExistHasNoLabels() {
        assertThat(get("/v1/labels/" + prefix + "none").status()).isEqualTo(404);
        assertThat(patch(prefix + "none", "{\"team\": \"a\"}").status()).isEqualTo(404);
        Wire.to(server).request("DELETE", "/v1/states/" + name).send();
        assertThat(get("/v1/labels/" + name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"team": 1}                   | The value of label 'team' is neither a string nor null
                {"team": {"a": "b"}}          | The value of label 'team' is neither a string nor null
                {"a=b": "x"}                  | The label key 'a=b' is not allowed; a key is [A-Za-z0-9]
                {"a=b": null}                 | The label key 'a=b' is not allowed
                {"": "x"}                     | The label key '' is not allowed
                {"team": "a\\nb"}             | The value of label 'team' has the character U+000A
                {"team": "a", "team": "b"}    | gives a key twice
                ["team"]                      | The body is not a JSON object
                {"team": "a"                  | The body is not valid JSON
                {} {}                         | The body is not valid JSON
                ``                            | The body is not
                """)
    void whatIsNoPatchIsRefused(String body, String sentence) {
        Answer answer = patch(name, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("detail").asText()).contains(sentence);
        assertThat(get("/v1/labels/" + name).text()).isEqualTo("{}");
    }

    @Test
    void statesAreListedByLabels() {
        put(prefix + "test");
        put(prefix + "plain");
        patch(name, "{\"team\": \"a,b\", \"env\": \"prod\"}");
        patch(prefix + "test", "{\"team\": \"c\"}");

        assertThat(states("&label=team").findValuesAsText("name")).containsExactly(name, prefix + "test");
        assertThat(states("&label=team=c").findValuesAsText("name")).containsExactly(prefix + "test");
        assertThat(states("&label=team%3Da%5C,b,env").findValuesAsText("name")).containsExactly(name);
        assertThat(states("&label=team=c,env")).isEmpty();
        assertThat(states("&label=")).hasSize(3);
        assertThat(states("").at("/1/labels/env").asText()).isEqualTo("prod");
        assertThat(states("").at("/0/labels").isMissingNode()).isTrue();
        Answer page = get("/v1/states?limit=1&label=team&prefix=" + prefix);
        assertThat(page.json().path("next").asText()).isEqualTo(name);
        Answer wrong = get("/v1/states?label=team,,a");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().path("detail").asText()).contains("The label key ''");
    }

    @Test
    void aCreatedStateIsListedAndDeleted() {
        String created = prefix + "created";
        served.create(StateName.of(created), Labels.of(Map.of("team", "a")), "");

        JsonNode listed = states("&label=team=a").get(0);
        assertThat(listed.path("name").asText()).isEqualTo(created);
        assertThat(listed.has("current")).isFalse();
        assertThat(listed.path("deleted").asBoolean()).isFalse();
        assertThat(get("/v1/labels/" + created).text()).isEqualTo("{\"team\":\"a\"}");
        assertThat(get("/v1/states/" + created).status()).isEqualTo(404);
        assertThat(get("/v1/records/" + created).json().at("/labels/team").asText())
                .isEqualTo("a");
        assertThat(Wire.to(server)
                        .request("DELETE", "/v1/states/" + created)
                        .send()
                        .status())
                .isEqualTo(204);
        assertThat(states("")).hasSize(1);
    }
}
