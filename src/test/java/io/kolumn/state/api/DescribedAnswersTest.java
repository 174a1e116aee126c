package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.events.SseClient;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every status that the description has of an operation is one that the service answers, with the body that is described. */
@QuarkusTest
class DescribedAnswersTest {

    /** Played where callers prove who they are, where bodies stand still or are large, and where a storage is away. */
    private static final Set<String> ELSEWHERE = Set.of("401", "403", "408", "413", "429", "503");

    /** Played by TokensResourceIT, where there are people who may have tokens. */
    private static final Set<String> OF_PEOPLE = Set.of("POST /v1/tokens 201", "DELETE /v1/tokens/{id} 204");

    private static final String ENCRYPTED =
            "{\"serial\": 1, \"lineage\": \"l\", \"meta\": {}, \"encrypted_data\": \"x\","
                    + " \"encryption_version\": \"v0\"}";
    private static final String ADA = "{\"id\": \"a\", \"who\": \"ada\"}";
    private static final String BOB = "{\"id\": \"b\", \"who\": \"bob\"}";

    @TestHTTPResource
    URI server;

    private final Set<String> played = new TreeSet<>();
    private JsonNode paths;

    private Answer send(String method, String target, String body, String... headers) {
        Wire.Request request = Wire.to(server).request(method, target);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return body.isEmpty() ? request.send() : request.json(body).send();
    }

    /** A state's name with what is there: nothing, a document, a lock of ada's, or both. */
    private String name(boolean document, boolean locked) {
        String name = "described/" + UUID.randomUUID();
        if (document) {
            send("PUT", "/v1/states/" + name, TestStates.state(5));
        }
        if (locked) {
            send("PUT", "/v1/locks/" + name, ADA);
        }
        return name;
    }

    private String free() {
        return name(true, false);
    }

    private String held() {
        return name(true, true);
    }

    private String none() {
        return name(false, false);
    }

    private void play(String operation, int status, String name, String query, String body, String... headers) {
        String method = operation.substring(0, operation.indexOf(' '));
        String template = operation.substring(operation.indexOf(' ') + 1);
        String target = template.replace("{name}", name).replace("{type}", name).replace("{id}", name) + query;
        Answer answer = send(method, target, body, headers);
        JsonNode described = paths.path(template)
                .path(method.toLowerCase(Locale.ROOT))
                .path("responses")
                .path(Integer.toString(status));

        assertThat(answer.status())
                .as("%s %s: %s", method, target, answer.text())
                .isEqualTo(status);
        assertThat(described.isMissingNode()).as(operation + " " + status).isFalse();
        String type = String.valueOf(answer.header("Content-Type")).replaceAll(";.*", "");
        if (described.path("content").properties().isEmpty()) {
            assertThat(answer.text()).as(operation + " " + status).isEmpty();
        } else {
            assertThat(described.path("content").has(type))
                    .as(operation + " " + status + " " + type)
                    .isTrue();
        }
        played.add(operation + " " + status);
    }

    @Test
    void everyDescribedStatusIsAnswered() {
        paths = Wire.to(server).get("/q/openapi").json().path("paths");
        playStates();
        playVersions();
        playLocks();
        playService();
        playTerraform();
        playMoves();
        Set<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (operation.getValue().isObject()) {
                    String key = operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey();
                    operation
                            .getValue()
                            .path("responses")
                            .properties()
                            .forEach(status -> described.add(key + " " + status.getKey()));
                    playWhatAnyMayBeRefusedFor(key, operation.getValue());
                }
            }
        }
        described.removeAll(OF_PEOPLE);
        described.removeIf(one -> ELSEWHERE.contains(one.substring(one.lastIndexOf(' ') + 1)));

        assertThat(played).containsExactlyInAnyOrderElementsOf(described);
    }

    private void playWhatAnyMayBeRefusedFor(String operation, JsonNode described) {
        play(operation, 400, "x/", operation.endsWith("}") ? "" : "?nosuch=1", "");
        play(operation, 406, "x", "", "", "Accept", "text/html");
        Answer misdirected = misdirected(operation);
        assertThat(misdirected.status()).isEqualTo(421);
        played.add(operation + " 421");
        if (described.path("responses").has("415")) {
            play(operation, 415, "x", "", "{}", "Content-Encoding", "gzip");
        }
    }

    private Answer misdirected(String operation) {
        String target = operation.substring(operation.indexOf(' ') + 1).replaceAll("\\{[a-z]+}", "x");
        return Wire.to(server)
                .request(operation.substring(0, operation.indexOf(' ')), target, "evil.example.org")
                .send();
    }

    private void playStates() {
        play("GET /v1/states", 200, "", "?prefix=described/", "");
        String free = free();
        String held = held();
        for (String method : new String[] {"GET", "HEAD"}) {
            String one = method + " /v1/states/{name}";
            play(one, 200, free, "", "");
            play(one, 304, free, "", "", "If-None-Match", "\"1\"");
            play(one, 404, none(), "", "");
        }
        String put = "PUT /v1/states/{name}";
        play(put, 201, none(), "", TestStates.state(1));
        play(put, 200, free, "", TestStates.state(6));
        play(put, 409, free, "", TestStates.state(2));
        play(put, 412, free, "", TestStates.state(7), "If-Match", "\"9\"");
        play(put, 423, held, "", TestStates.state(7));
        String delete = "DELETE /v1/states/{name}";
        play(delete, 404, none(), "", "");
        play(delete, 409, free, "?lock=lost", "");
        play(delete, 412, free, "", "", "If-Match", "\"9\"");
        play(delete, 423, held, "", "");
        play(delete, 204, free, "", "");
    }

    private void playVersions() {
        String free = free();
        String held = held();
        String secret = none();
        send("PUT", "/v1/states/" + secret, ENCRYPTED);
        play("GET /v1/versions/{name}", 200, free, "", "");
        play("GET /v1/versions/{name}", 404, none(), "", "");
        play("GET /v1/records/{name}", 200, free, "", "");
        play("GET /v1/records/{name}", 404, none(), "", "");
        play("GET /v1/diffs/{name}", 200, free, "?from=1", "");
        play("GET /v1/diffs/{name}", 404, free, "?from=9", "");
        play("GET /v1/diffs/{name}", 409, secret, "?from=1", "");
        play("GET /v1/outputs/{name}", 200, free, "", "");
        play("GET /v1/labels/{name}", 200, free, "", "");
        play("GET /v1/labels/{name}", 404, none(), "", "");
        play("PATCH /v1/labels/{name}", 200, free, "", "{\"team\": \"a\"}");
        play("PATCH /v1/labels/{name}", 404, none(), "", "{\"team\": \"a\"}");
        play("GET /v1/outputs/{name}", 404, none(), "", "");
        play("GET /v1/outputs/{name}", 409, secret, "", "");
        String restore = "POST /v1/restores/{name}";
        send("PUT", "/v1/states/" + free, TestStates.state(6, TestStates.LINEAGE, "another"));
        send("PUT", "/v1/states/" + held + "?lock=a", TestStates.state(6, TestStates.LINEAGE, "another"));
        String first = "{\"version\": 1}";
        play(restore, 404, free, "", "{\"version\": 99}");
        play(restore, 409, free, "?lock=lost", first);
        play(restore, 412, free, "", first, "If-Match", "\"9\"");
        play(restore, 423, held, "", first);
        play(restore, 200, free, "", first);
        send("DELETE", "/v1/states/" + free, "");
        play(restore, 201, free, "", first);
        String purge = "DELETE /v1/versions/{name}";
        play(purge, 404, free, "?version=99", "");
        play(purge, 409, free, "?all=true", "");
        play(purge, 412, free, "?version=2", "", "If-Match", "\"9\"");
        play(purge, 423, held, "?version=1", "");
        play(purge, 200, free, "?version=2", "");
    }

    private void playLocks() {
        String held = held();
        play("GET /v1/locks", 200, "", "?prefix=described/", "");
        play("GET /v1/locks/{name}", 200, held, "", "");
        play("GET /v1/locks/{name}", 404, none(), "", "");
        play("PUT /v1/locks/{name}", 201, none(), "", ADA);
        play("PUT /v1/locks/{name}", 200, held, "", ADA);
        play("PUT /v1/locks/{name}", 423, held, "", BOB);
        String used = held();
        send("PUT", "/v1/states/" + used + "?lock=a", TestStates.state(9));
        play("PUT /v1/locks/{name}", 409, used, "", ADA);
        play("POST /v1/locks/{name}", 200, held, "?id=a&ttl=PT1M", "");
        play("POST /v1/locks/{name}", 409, none(), "?id=a&ttl=1m", "");
        play("POST /v1/locks/{name}", 423, held, "?id=b&ttl=1m", "");
        play("DELETE /v1/locks/{name}", 423, held, "?id=b", "");
        play("DELETE /v1/locks/{name}", 200, held, "?id=a", "");
    }

    private void playMoves() {
        String free = free();
        String held = held();
        String gone = none();
        String move = "POST /v1/moves";
        play(move, 200, "", "", asked(free, gone));
        play(move, 404, "", "", asked(none(), none()));
        play(move, 409, "", "", asked(free(), free()));
        play(move, 423, "", "", asked(held, none()));
        for (String method : new String[] {"GET", "HEAD", "PUT", "DELETE"}) {
            play(method + " /v1/states/{name}", 409, free, "", method.equals("PUT") ? TestStates.state(9) : "");
        }
        for (String route : new String[] {"versions", "outputs", "locks", "labels"}) {
            play("GET /v1/" + route + "/{name}", 409, free, "", "");
        }
        play("GET /v1/diffs/{name}", 409, free, "?from=1", "");
        play("PUT /v1/locks/{name}", 409, free, "", ADA);
        play("POST /v1/locks/{name}", 409, free, "?id=a&ttl=1m", "");
        play("DELETE /v1/locks/{name}", 409, free, "?id=a", "");
        play("PATCH /v1/labels/{name}", 409, free, "", "{\"team\": \"a\"}");
        play("POST /v1/restores/{name}", 409, free, "", "{\"version\": 1}");
        play("GET /terraform/{name}", 409, free, "", "");
        play("DELETE /terraform-lock/{name}", 409, free, "", TestStates.lockInfo("a"));
        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
            play(method + " /terraform-unlock/{name}", 409, free, "", TestStates.lockInfo("a"));
        }
        play("DELETE /v1/moves/{name}", 204, free, "", "");
        play("DELETE /v1/moves/{name}", 404, free, "", "");
    }

    private static String asked(String from, String to) {
        return "{\"from\": \"" + from + "\", \"to\": \"" + to + "\"}";
    }

    private void playService() {
        play("GET /v1/resources", 200, "", "?prefix=described/&limit=1", "");
        play("GET /v1/stats", 200, "", "?prefix=described/", "");
        playEvents();
        play("GET /v1/whoami", 200, "", "?state=team/x", "");
        play("GET /v1/tokens", 200, "", "", "");
        play("DELETE /v1/tokens/{id}", 404, "0123456789abcdef", "", "");
        play("GET /v1/backend", 200, "", "", "");
        play("GET /v1/backends", 200, "", "", "");
        play("POST /v1/backends/{type}/validate", 200, "local", "", "{\"path\": \"x.klstate\"}");
        play("POST /v1/backends/{type}/validate", 422, "local", "", "{\"nosuch\": 1}");
    }

    /** A stream has no end of its own. */
    private void playEvents() {
        try (SseClient stream = SseClient.open(server.resolve("/v1/events"), Map.of())) {
            assertThat(stream.answer().statusCode()).isEqualTo(200);
            assertThat(paths.at("/~1v1~1events/get/responses/200/content").has("text/event-stream"))
                    .isTrue();
        }
        played.add("GET /v1/events 200");
    }

    private void playTerraform() {
        String free = free();
        String held = held();
        play("GET /terraform/{name}", 200, free, "", "");
        play("GET /terraform/{name}", 304, free, "", "", "If-None-Match", "\"1\"");
        play("GET /terraform/{name}", 404, none(), "", "");
        for (String method : new String[] {"POST", "PUT"}) {
            String write = method + " /terraform/{name}";
            play(write, 200, none(), "", TestStates.state(1));
            play(write, 409, free, "", TestStates.state(1));
            play(write, 412, free, "", TestStates.state(9), "If-Match", "\"9\"");
            play(write, 423, held, "", TestStates.state(9));
            play(method + " /terraform-lock/{name}", 200, none(), "", TestStates.lockInfo("a"));
            play(method + " /terraform-lock/{name}", 423, held, "", TestStates.lockInfo("b"));
            String used = held();
            send("PUT", "/v1/states/" + used + "?lock=a", TestStates.state(9));
            play(method + " /terraform-lock/{name}", 409, used, "", TestStates.lockInfo("a"));
        }
        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
            play(method + " /terraform-unlock/{name}", 423, held, "", TestStates.lockInfo("b"));
            play(method + " /terraform-unlock/{name}", 200, held(), "", TestStates.lockInfo("a"));
        }
        play("DELETE /terraform/{name}", 409, free, "?ID=lost", "");
        play("DELETE /terraform/{name}", 412, free, "", "", "If-Match", "\"9\"");
        play("DELETE /terraform/{name}", 423, held, "", "");
        play("DELETE /terraform/{name}", 200, none(), "", "");
        play("DELETE /terraform-lock/{name}", 423, held, "", TestStates.lockInfo("b"));
        play("DELETE /terraform-lock/{name}", 200, held, "", TestStates.lockInfo("a"));
        String secret = none();
        send("PUT", "/v1/states/" + secret, ENCRYPTED);
        play("GET /terraform-outputs/{name}", 200, free, "", "");
        play("GET /terraform-outputs/{name}", 404, none(), "", "");
        play("GET /terraform-outputs/{name}", 409, secret, "", "");
    }
}
