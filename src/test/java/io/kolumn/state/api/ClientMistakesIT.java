package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every route of the API with every parameter and header empty, doubled, huge, and of another type: whatever a client does
 * wrong, it is told so by a 4xx, or nobody minds it.
 */
@PackagedTest
class ClientMistakesIT {

    private static final List<String> HEADERS = List.of(
            "Content-Type",
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Accept-Charset",
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Range",
            "Range",
            "Content-MD5",
            "Content-Language",
            "Authorization",
            "Cookie",
            "X-Request-Id",
            "Origin",
            "Sec-Fetch-Site",
            "Forwarded",
            "X-Forwarded-For",
            "X-HTTP-Method-Override",
            "TE");

    private static final List<String> VALUES = List.of(
            "",
            " ",
            ";",
            "/",
            "a/",
            "application/json;",
            "application/json;charset=",
            "*/*;q=9",
            ",,",
            "a/b,,c/d",
            "\"",
            "W/\"",
            "\u00e9/\u00fc",
            "x".repeat(5000),
            "-1",
            "99999999999999999999");

    private static final List<String> PARAMETERS = List.of(
            "",
            " ",
            "-1",
            "0",
            "1.5",
            "1e400",
            "99999999999999999999",
            "9223372036854775807",
            "\u0661",
            "null",
            "true",
            "[]",
            "..",
            "../x",
            "a//b",
            ",",
            ",,",
            "deleted,deleted",
            "locked,",
            "\0",
            "\n",
            "\ud83d\ude00",
            "%",
            "'\";--",
            "x".repeat(3000),
            "P",
            "PT",
            "-PT5S",
            "PT0S",
            "PT9999999999999H",
            "P999999999D",
            "PT5.0000001S",
            "+999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "2026-11-23T10:00:00",
            "2026-13-40T99:99:99Z");

    /** Escapes that are none, and bytes that are no UTF-8. */
    private static final List<String> RAW =
            List.of("%", "%z", "%zz", "%ff", "%c0%af", "%00", "%ed%a0%80", "+", "&", "=", "#");

    private static final List<String> BODIES = List.of(
            "",
            " ",
            "null",
            "true",
            "7",
            "\"\"",
            "[]",
            "{}",
            "{} {}",
            "{",
            "[[[[",
            "\u0000",
            "{\"a\":1,\"a\":2}",
            "{\"version\":-1}",
            "{\"version\":1.5}",
            "{\"version\":1e400}",
            "{\"version\":99999999999999999999}",
            "{\"version\":\"1\"}",
            "{\"quarantined\":\"\"}",
            "{\"quarantined\":\"../x\"}",
            "{\"quarantined\":7}",
            "{\"who\":5}",
            "{\"who\":\"\\ud800\"}",
            "{\"who\":\"a\\u0000\"}",
            "{\"who\":\"x\",\"created\":\"+999999999-12-31T23:59:59Z\"}",
            "{\"who\":\"x\",\"id\":\"" + "i".repeat(17_000) + "\"}",
            "{\"ID\":7}",
            "{\"ID\":\"\"}",
            "{\"ID\":\"x\",\"Created\":\"9999999-01-01\"}",
            "{\"path\":\"\\u0000\"}",
            "{\"path\":{}}",
            "{\"permissions\":\"9\"}",
            "{\"version\":4,\"serial\":1e400}",
            "{\"version\":4,\"serial\":-1,\"lineage\":7}",
            "[".repeat(15_000));

    /** Its answer has no end; its head is looked at in the same way. */
    private static final String STREAM = "/v1/events";

    @TestHTTPResource
    URI server;

    /** A request without its mistake. */
    private record Route(String method, String path, List<String> parameters, boolean bodied) {

        String target(String state) {
            return path.replace("{name}", state).replace("{type}", "local");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        JsonNode paths = Wire.to(server).get("/q/openapi").json().path("paths");
        paths.properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    List<String> parameters = new ArrayList<>();
                    operation.getValue().path("parameters").forEach(parameter -> {
                        if (parameter.path("in").asText().equals("query")) {
                            parameters.add(parameter.path("name").asText());
                        }
                    });
                    routes.add(new Route(
                            path.getKey().equals(STREAM)
                                    ? "HEAD"
                                    : operation.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            parameters,
                            operation.getValue().has("requestBody")));
                }));
        for (String method : List.of("LOCK", "UNLOCK")) {
            routes.add(new Route(method, "/terraform/{name}", List.of("ID", "force"), true));
        }
        return routes;
    }

    @Test
    void theTableIsTheWholeApi() {
        assertThat(routes())
                .hasSizeGreaterThan(25)
                .anySatisfy(route -> assertThat(route.parameters()).contains("limit", "include"));
    }

    @TestFactory
    List<DynamicTest> noMistakeIsTheServicesFault() {
        return routes().stream()
                .map(route -> DynamicTest.dynamicTest(
                        route.toString(), () -> assertThat(faults(route)).isEmpty()))
                .toList();
    }

    private List<String> faults(Route route) {
        String state = "mistakes/" + UUID.randomUUID();
        Wire.to(server)
                .request("PUT", "/v1/states/" + state)
                .json(TestStates.state(1))
                .send();
        List<String> faults = new ArrayList<>();
        String target = route.target(state);
        for (String name : HEADERS) {
            for (String value : VALUES) {
                look(faults, route, target, name + ": " + value, request -> request.header(name, value));
            }
            look(
                    faults,
                    route,
                    target,
                    name + " twice",
                    request -> request.header(name, "a").header(name, "b"));
        }
        for (String name : route.parameters()) {
            for (String value : PARAMETERS) {
                String query = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
                look(faults, route, target + "?" + query, query, request -> {});
                look(faults, route, target + "?" + query + "&" + query, query + " twice", request -> {});
            }
            for (String raw : RAW) {
                look(faults, route, target + "?" + name + "=" + raw, raw, request -> {});
                look(faults, route, target + "?" + raw + "=" + name, raw, request -> {});
            }
        }
        if (route.bodied()) {
            for (String body : BODIES) {
                look(faults, route, target, "body " + body, request -> request.json(body));
            }
        }
        return faults;
    }

    private void look(List<String> faults, Route route, String target, String mistake, Consumer<Wire.Request> made) {
        Wire.Request request = Wire.to(server).request(route.method(), target);
        made.accept(request);
        boolean body = mistake.startsWith("body ");
        if (route.bodied() && !body) {
            if (mistake.startsWith("Content-Type")) {
                request.body(TestStates.state(1).getBytes(StandardCharsets.UTF_8));
            } else {
                request.json(TestStates.state(1));
            }
        }
        try {
            Wire.Answer answer = request.send();
            if (answer.status() >= 500) {
                faults.add(shown(mistake) + " -> " + answer);
            }
        } catch (UncheckedIOException e) {
            faults.add(shown(mistake) + " -> " + e.getMessage());
        }
    }

    private static String shown(String mistake) {
        return mistake.length() > 80 ? mistake.substring(0, 80) + "…" : mistake;
    }
}
