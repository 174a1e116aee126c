package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query of {@code /v1} asks is answered or refused. */
@QuarkusTest
class QuestionsTest {

    @TestHTTPResource
    URI server;

    /** An operation of the description, at a path of its own. */
    private record Described(String method, String path, JsonNode operation) {}

    private Answer send(String method, String target) {
        Wire.Request request = Wire.to(server).request(method, target);
        return Set.of("PUT", "POST", "PATCH").contains(method)
                ? request.json(TestStates.state(1)).send()
                : request.send();
    }

    private List<Described> described() {
        List<Described> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path :
                Wire.to(server).get("/q/openapi").json().path("paths").properties()) {
            String real = path.getKey()
                    .replace("{name}", "questions/all")
                    .replace("{type}", "local")
                    .replace("{id}", "0123456789abcdef");
            path.getValue().properties().stream()
                    .filter(member -> member.getValue().isObject())
                    .forEach(member ->
                            all.add(new Described(member.getKey().toUpperCase(Locale.ROOT), real, member.getValue())));
        }
        return all;
    }

    @TestFactory
    List<DynamicTest> everyOperationOfV1RefusesAParameterThatItDoesNotTake() {
        List<Described> ours = described().stream()
                .filter(operation -> operation.path().startsWith("/v1/"))
                .toList();
        assertThat(ours).hasSizeGreaterThan(15);
        return ours.stream()
                .map(operation -> DynamicTest.dynamicTest(operation.method() + " " + operation.path(), () -> {
                    Answer answer = send(operation.method(), operation.path() + "?nosuch=1");

                    assertThat(answer.status()).isEqualTo(400);
                    if (!operation.method().equals("HEAD")) {
                        assertThat(answer.json().get("detail").asText()).contains("has no parameter 'nosuch'");
                    }
                }))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    GET    | /v1/states?perfix=team                | has no parameter 'perfix'; did you mean 'prefix'?
                    GET    | /v1/states/q?verison=1                | did you mean 'version'?
                    GET    | /v1/states?Limit=5                    | did you mean 'limit'?
                    GET    | /v1/backends?x=1                      | it takes none
                    PUT    | /v1/states/q?force=maybe              | force=maybe is neither true nor false
                    PUT    | /v1/states/q?force                    | force= is neither true nor false
                    PUT    | /v1/states/q?lock=                    | The parameter 'lock' is empty
                    PUT    | /v1/locks/q?ttl=                      | The parameter 'ttl' is empty
                    GET    | /v1/diffs/q?from=1&other=             | The parameter 'other' is empty
                    GET    | /v1/states/q?version=1&version=2      | 'version' is given twice
                    GET    | /v1/states/q?version=1&%76ersion=2    | 'version' is given twice
                    GET    | /v1/states?include=deleted&include=locked | 'include' is given twice
                    GET    | /v1/states?label=a&label=b            | 'label' is given twice
                    GET    | /v1/states?label=a,a                  | Label 'a' is asked for twice
                    GET    | /v1/states?lable=a                    | did you mean 'label'?
                    GET    | /v1/labels/q?label=a                  | it takes none
                    DELETE | /v1/states/q?version=1                | DELETE /v1/versions/{name}?version=N purges a version
                    DELETE | /v1/states/q?purge=true               | DELETE /v1/versions/{name}?all=true. Nothing was deleted
                    DELETE | /v1/versions/q                        | or all=true for a whole deleted state
                    DELETE | /v1/versions/q?version=1&all=true     | or all=true for a whole deleted state
                    DELETE | /v1/versions/q?all=maybe              | all=maybe is neither true nor false
                    DELETE | /v1/versions/q?version=x              | version=x is not a version number
                    DELETE | /v1/versions/q?version=1&reason=a%0Ab | must be one line of at most 500 characters
                    DELETE | /v1/states/q?force=true               | has no parameter 'force'
                    """)
    void whatIsWrongIsSaidInASentence(String method, String target, String sentence) {
        Answer answer = send(method, target);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().get("detail").asText()).contains(sentence);
    }

    @Test
    void deletingOneVersionDeletesNothing() {
        send("PUT", "/v1/states/questions/kept");

        assertThat(send("DELETE", "/v1/states/questions/kept?version=1").status())
                .isEqualTo(400);

        assertThat(send("GET", "/v1/states/questions/kept").status()).isEqualTo(200);
    }

    /** As a script does that asks for the next page until there is none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/states?after=&prefix=&include=&label=",
                "/v1/locks?after=&prefix=",
                "/v1/states?",
                "/v1/states?&"
            })
    void whatMayBeEmptyIsNone(String target) {
        assertThat(send("GET", target).status()).isEqualTo(200);
    }

    /** A refused body is read to its end, so that the client of a kept connection is not left alone with it. */
    @Test
    void theProtocolsOfOthersTakeWhatTheirClientsSend() {
        assertThat(send("POST", "/terraform/questions/tf?trace=1&nosuch=").status())
                .isEqualTo(200);
        assertThat(send("GET", "/terraform/questions/tf?_=17").status()).isEqualTo(200);
        assertThat(send("GET", "/terraform-outputs/questions/tf?x=y").status()).isEqualTo(200);
    }

    @TestFactory
    List<DynamicTest> everyRouteNamesTheMethodsThatThereAre() {
        Map<String, Set<String>> methods = new java.util.TreeMap<>();
        described()
                .forEach(operation -> methods.computeIfAbsent(operation.path(), _ -> new TreeSet<>(Set.of("OPTIONS")))
                        .add(operation.method()));
        return methods.entrySet().stream()
                .map(route -> DynamicTest.dynamicTest(route.getKey(), () -> {
                    Set<String> all = new TreeSet<>(route.getValue());
                    if (all.contains("GET")) {
                        all.add("HEAD");
                    }
                    if (route.getKey().startsWith("/terraform/")) {
                        all.addAll(Set.of("LOCK", "UNLOCK"));
                    }
                    if (route.getKey().startsWith("/terraform-unlock/")) {
                        all.add("UNLOCK");
                    }
                    Answer options = send("OPTIONS", route.getKey());
                    Answer wrong = send("COPY", route.getKey());

                    assertThat(options.status()).isEqualTo(204);
                    assertThat(allowed(options)).isEqualTo(all);
                    assertThat(wrong.status()).isEqualTo(405);
                    assertThat(allowed(wrong)).isEqualTo(all);
                }))
                .toList();
    }

    private static Set<String> allowed(Answer answer) {
        return new TreeSet<>(Arrays.asList(answer.header("Allow").split(", ")));
    }
}
