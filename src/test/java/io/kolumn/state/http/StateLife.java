package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TransportClient.Reply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What happens to a state from its first document to its deletion, refusals included, at both doors. */
final class StateLife {

    private static final String LINEAGE = TestStates.LINEAGE;
    private static final String FIRST = TestStates.state(1);
    private static final String SECOND = TestStates.state(2, LINEAGE, "abcdefghij".repeat(10_000));
    private static final String THIRD = TestStates.state(3, LINEAGE, "klmnopqrst".repeat(300));
    private static final String LOCK = "{\"id\": \"one\", \"who\": \"ada\"}";
    private static final String ADA = TestStates.lockInfo("ada-1");
    private static final String BOB = TestStates.lockInfo("bob-2");

    private static final String[] PLAIN = {};
    private static final String[] GZIP = {"Accept-Encoding", "gzip"};
    private static final String[] JSON = {"Content-Type", "application/json"};

    /** What says when and on which connection, and no more. */
    private static final List<String> OF_THE_MOMENT = List.of(
            "date",
            "last-modified",
            "connection",
            "transfer-encoding",
            "keep-alive",
            "strict-transport-security",
            "x-request-id");

    private static final List<Step> STEPS = List.of(
            step(404, "GET", "/v1/states/{name}", PLAIN),
            step(404, "HEAD", "/v1/states/{name}", PLAIN),
            step(404, "GET", "/terraform/{name}", GZIP),
            // a first document, and what is refused
            step(201, "PUT", "/v1/states/{name}", JSON).with(FIRST),
            step(200, "PUT", "/v1/states/{name}", JSON).with(FIRST),
            step(412, "PUT", "/v1/states/{name}", JSON, "If-None-Match", "*").with(SECOND),
            step(412, "PUT", "/v1/states/{name}", JSON, "If-Match", "\"7\"").with(SECOND),
            step(409, "PUT", "/v1/states/{name}", JSON).with(TestStates.state(1, "other", "x")),
            step(400, "PUT", "/v1/states/{name}", JSON).with("[]"),
            step(400, "POST", "/terraform/{name}", JSON).with("{}"),
            step(400, "POST", "/terraform/{name}", JSON, "Content-MD5", "AAAA").with(FIRST),
            step(415, "PUT", "/v1/states/{name}", PLAIN).with(FIRST),
            step(415, "PUT", "/v1/states/{name}", PLAIN, "Content-Type", "text/plain")
                    .with(FIRST),
            step(415, "PUT", "/v1/states/{name}", JSON, "Content-Encoding", "gzip")
                    .with(FIRST),
            step(403, "PUT", "/v1/states/{name}", JSON, "Origin", "https://elsewhere.example")
                    .with(FIRST),
            step(200, "PUT", "/v1/states/{name}", JSON, "Origin", "{server}").with(FIRST),
            step(200, "GET", "/v1/states/{name}", PLAIN),
            step(200, "GET", "/v1/states/{name}", GZIP),
            step(304, "GET", "/v1/states/{name}", PLAIN, "If-None-Match", "\"1\""),
            step(200, "HEAD", "/v1/states/{name}", PLAIN),
            // a large one
            step(200, "POST", "/terraform/{name}", JSON).with(SECOND),
            step(200, "GET", "/terraform/{name}", PLAIN),
            step(200, "GET", "/terraform/{name}", GZIP),
            step(200, "HEAD", "/terraform/{name}", GZIP),
            step(304, "GET", "/v1/states/{name}", GZIP, "If-None-Match", "\"2-gzip\""),
            step(200, "GET", "/v1/states/{name}?version=1", GZIP),
            step(200, "HEAD", "/v1/states/{name}?version=2", GZIP),
            step(404, "GET", "/v1/states/{name}?version=9", GZIP),
            // under Terraform's lock
            step(200, "LOCK", "/terraform/{name}", JSON).with(ADA),
            step(200, "LOCK", "/terraform/{name}", JSON).with(ADA),
            step(423, "LOCK", "/terraform/{name}", JSON).with(BOB),
            step(400, "LOCK", "/terraform/{name}", JSON),
            step(423, "POST", "/terraform/{name}", JSON).with(THIRD),
            step(423, "POST", "/terraform/{name}?ID=bob-2", JSON).with(THIRD),
            step(200, "POST", "/terraform/{name}?ID=ada-1", JSON).with(THIRD),
            step(423, "UNLOCK", "/terraform/{name}", JSON).with(BOB),
            step(200, "UNLOCK", "/terraform/{name}", JSON).with(ADA),
            step(200, "UNLOCK", "/terraform/{name}", JSON).with(ADA),
            step(409, "POST", "/terraform/{name}?ID=ada-1", JSON).with(TestStates.state(4)),
            step(200, "LOCK", "/terraform/{name}", JSON).with(ADA),
            step(200, "UNLOCK", "/terraform/{name}", PLAIN),
            step(200, "POST", "/terraform-lock/{name}", JSON).with(BOB),
            step(423, "PUT", "/terraform-lock/{name}", JSON).with(ADA),
            step(200, "DELETE", "/terraform-lock/{name}", JSON).with(BOB),
            step(200, "POST", "/terraform-lock/{name}", JSON).with(BOB),
            step(423, "PUT", "/terraform-unlock/{name}", JSON).with(ADA),
            step(200, "POST", "/terraform-unlock/{name}", JSON).with(BOB),
            // under a lock of the API
            step(201, "PUT", "/v1/locks/{name}?ttl=PT1H", JSON).with(LOCK),
            step(423, "PUT", "/v1/locks/{name}?wait=PT0.1S", JSON).with(LOCK.replace("one", "two")),
            step(200, "GET", "/v1/locks/{name}", GZIP),
            step(200, "POST", "/v1/locks/{name}?id=one&ttl=PT2H", PLAIN),
            step(423, "DELETE", "/v1/locks/{name}?id=two", PLAIN),
            step(200, "DELETE", "/v1/locks/{name}?id=one", PLAIN),
            step(404, "GET", "/v1/locks/{name}", GZIP),
            // what is told of it
            step(200, "GET", "/v1/states?prefix={name}", GZIP),
            step(200, "HEAD", "/v1/states?prefix={name}", GZIP),
            step(200, "GET", "/v1/versions/{name}", PLAIN),
            step(200, "GET", "/v1/versions/{name}", GZIP),
            step(200, "GET", "/v1/versions/{name}?quarantined=true", GZIP),
            step(200, "GET", "/v1/diffs/{name}?from=1&to=2", GZIP),
            step(200, "GET", "/v1/outputs/{name}", GZIP),
            step(200, "HEAD", "/v1/outputs/{name}", GZIP),
            step(200, "GET", "/terraform-outputs/{name}", GZIP),
            step(200, "GET", "/v1/records/{name}", GZIP),
            step(200, "GET", "/v1/backends", PLAIN),
            step(200, "GET", "/v1/backends", GZIP),
            step(200, "GET", "/v1/backend", GZIP),
            // what is not there
            step(400, "GET", "/v1/states//{name}", GZIP),
            step(400, "HEAD", "/v1/states//{name}", GZIP),
            step(400, "GET", "/v1/states?limit=0", GZIP),
            step(400, "GET", "/v1/nothing", GZIP),
            step(405, "PATCH", "/v1/states/{name}", JSON).with(FIRST),
            step(404, "GET", "/q/nothing", GZIP),
            step(400, "HEAD", "/nothing", GZIP),
            // back to the first, and the end
            step(200, "POST", "/v1/restores/{name}", JSON).with("{\"version\": 1}"),
            step(200, "GET", "/v1/states/{name}", GZIP),
            step(204, "DELETE", "/v1/states/{name}", GZIP),
            step(404, "GET", "/terraform/{name}", GZIP),
            step(404, "DELETE", "/v1/states/{name}", GZIP));

    private StateLife() {}

    /** A request and the status of its answer. */
    private record Step(int status, String method, String path, List<String> headers, String body) {

        Step with(String text) {
            return new Step(status, method, path, headers, text);
        }

        Reply send(TransportClient client, String name, URI server) {
            String[] sent = headers.stream()
                    .map(value -> value.replace("{server}", server.getScheme() + "://127.0.0.1:" + server.getPort()))
                    .toArray(String[]::new);
            return client.send(method, path.replace("{name}", name), body.getBytes(StandardCharsets.UTF_8), sent);
        }
    }

    private static Step step(int status, String method, String path, String[] headers, String... more) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return new Step(status, method, path, all, "");
    }

    /** Lives it, and tells each answer: all of it but the name and what is of the moment. */
    static List<String> by(TransportClient client, String name, URI server) {
        List<String> told = new ArrayList<>();
        for (Step step : STEPS) {
            Reply reply = step.send(client, name, server);
            assertThat(reply.status())
                    .as("%s %s: %s", step.method(), step.path(), reply.text())
                    .isEqualTo(step.status());
            String all = step.method() + " " + step.path() + " " + reply.status() + " " + headers(step, reply) + "\n"
                    + reply.text();
            told.add(timeless(all).replace(name, "{name}"));
        }
        return told;
    }

    private static Map<String, String> headers(Step step, Reply reply) {
        Map<String, String> told = reply.told();
        OF_THE_MOMENT.forEach(told::remove);
        if (!step.method().equals("HEAD")) {
            told.computeIfPresent(
                    "content-length",
                    (name, length) -> length.equals(Integer.toString(reply.raw().length())) ? "right" : length);
        }
        return told;
    }

    /** Without times and random ids. */
    private static String timeless(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "then")
                .replaceAll("\\b[0-9a-f]{32}\\b", "id")
                .replaceAll("\"latencyMs\":\\d+", "\"latencyMs\":0");
    }
}
