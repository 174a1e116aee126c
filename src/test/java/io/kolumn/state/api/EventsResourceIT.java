package io.kolumn.state.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.TestFolder;
import io.kolumn.state.access.TestAccess;
import io.kolumn.state.events.SseClient;
import io.kolumn.state.events.SseClient.Message;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /v1/events} as clients read it: who is told what, from where, and until when. */
@PackagedTest(EventsResourceIT.Proven.class)
class EventsResourceIT {

    private static final String ADMIN = "kst_0123456789abcdefghijklmnopqrstuvwxyz-events-admin";
    private static final String READER = "kst_0123456789abcdefghijklmnopqrstuvwxyz-events-reader";
    private static final String PASSING = "kst_0123456789abcdefghijklmnopqrstuvwxyz-events-passing";
    private static final Path FILE = TestFolder.named("events").resolve("access.properties");

    /** Who may do everything, who may read a part, and one whose token is in a file. */
    public static class Proven implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            write("token.passing.hash=" + TestAccess.hashOf(PASSING));
            Map<String, String> config = new HashMap<>();
            config.put("kolumn.state.token.admin.hash", TestAccess.hashOf(ADMIN));
            config.put("kolumn.state.token.reader.hash", TestAccess.hashOf(READER));
            config.put("kolumn.state.policy.all.subjects", "token:admin, token:passing");
            config.put("kolumn.state.policy.all.states", "**");
            config.put("kolumn.state.policy.all.roles", "admin");
            config.put("kolumn.state.policy.part.subjects", "token:reader");
            config.put("kolumn.state.policy.part.states", "team-a/**");
            config.put("kolumn.state.policy.part.roles", "reader");
            config.put("kolumn.state.access.file", FILE.toString());
            config.put("kolumn.state.access.reload-interval", "100ms");
            config.put("kolumn.state.access.max-delay", "10ms");
            return config;
        }
    }

    static void write(String text) {
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TestHTTPResource
    URI server;

    private SseClient stream(String query, String token) {
        return stream(query, token, Map.of(), HttpClient.Version.HTTP_1_1);
    }

    private SseClient stream(String query, String token, Map<String, String> more, HttpClient.Version version) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Authorization", "Bearer " + token);
        return SseClient.open(server.resolve("/v1/events" + query), headers, version);
    }

    private Answer send(String method, String path, String body) {
        Wire.Request request = Wire.to(server).request(method, path).header("Authorization", "Bearer " + ADMIN);
        return (body.isEmpty() ? request : request.json(body)).send();
    }

    private void put(String name, long serial) {
        assertThat(send("PUT", "/v1/states/" + name, TestStates.state(serial)).status())
                .isBetween(200, 201);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void everyVersionOfHttpStreamsCloudEvents(HttpClient.Version version) {
        String name = "team-a/" + version.name().toLowerCase(java.util.Locale.ROOT);
        try (SseClient stream = stream("?prefix=" + name, ADMIN, Map.of(), version)) {
            assertThat(stream.answer().version()).isEqualTo(version);
            assertThat(stream.answer().headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(stream.answer().headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(stream.answer().headers().firstValue("X-Accel-Buffering"))
                    .contains("no");
            put(name, 1);
            Message message = stream.first("version.written");
            assertThat(message.id()).startsWith(message.data().path("id").asText() + ".");
            assertThat(message.data().path("specversion").asText()).isEqualTo("1.0");
            assertThat(message.data().path("type").asText()).isEqualTo(message.type());
            assertThat(message.data().path("source").asText()).isEqualTo("/v1/states");
            assertThat(message.data().path("subject").asText()).isEqualTo(name);
            assertThat(message.data().path("datacontenttype").asText()).isEqualTo("application/json");
            assertThat(message.data().path("data").path("author").asText()).isEqualTo("token/admin");
            assertThat(message.data()
                            .path("data")
                            .path("version")
                            .path("number")
                            .asInt())
                    .isEqualTo(1);
            send("PUT", "/v1/locks/" + name + "?ttl=PT5M", "{\"who\": \"ada\"}");
            String lock = stream.first("locked").data().toString();
            String id = send("GET", "/v1/locks/" + name, "").json().path("id").asText();
            assertThat(id).isNotEmpty();
            assertThat(lock).doesNotContain(id).contains("\"who\":\"ada\"");
        }
    }

    @Test
    void aRequestOfTheHeadAloneIsNoStream() {
        for (int i = 0; i < 300; i++) {
            assertThat(send("HEAD", "/v1/events", "").status()).isEqualTo(200);
        }
        assertThat(send("HEAD", "/v1/events?type=unknown", "").status()).isEqualTo(400);
    }

    @Test
    void aCallerIsToldOfItsStatesAlone() {
        try (SseClient reader = stream("", READER);
                SseClient admin = stream("", ADMIN)) {
            put("team-b/hidden", 1);
            put("team-a/shown", 1);
            admin.first("version.written team-b/hidden");
            reader.first("version.written team-a/shown");
            assertThat(reader.briefs()).noneMatch(brief -> brief.contains("team-b"));
        }
    }

    @Test
    void aRevokedTokenEndsTheStream() {
        try (SseClient stream = stream("?prefix=team-c/", PASSING)) {
            put("team-c/before", 1);
            stream.first("version.written team-c/before");
            write("# nobody");
            await().until(stream::ended);
            assertThat(stream.comments()).anyMatch(comment -> comment.contains("revoked"));
            put("team-c/after", 1);
            assertThat(stream.briefs()).noneMatch(brief -> brief.contains("after"));
        }
        try (SseClient again = stream("", PASSING)) {
            assertThat(again.answer().statusCode()).isEqualTo(401);
        }
    }

    @Test
    void aStreamGoesOnFromItsLastEvent() {
        String last;
        try (SseClient stream = stream("?prefix=team-d/", ADMIN)) {
            put("team-d/prod", 1);
            stream.first("version.written");
            last = stream.lastId();
        }
        put("team-d/prod", 2);
        put("team-d/prod", 3);
        try (SseClient stream =
                stream("?prefix=team-d/", ADMIN, Map.of("Last-Event-ID", last), HttpClient.Version.HTTP_1_1)) {
            await().until(() -> stream.messages().size() == 2);
            assertThat(stream.messages().stream()
                            .map(message ->
                                    message.data().at("/data/version/number").asInt()))
                    .containsExactly(2, 3);
        }
        try (SseClient lost =
                stream("", ADMIN, Map.of("Last-Event-ID", "of-another-age"), HttpClient.Version.HTTP_1_1)) {
            assertThat(lost.first("events.lost").data().at("/data/reason").asText())
                    .contains("List the states again");
        }
    }

    @Test
    void typesAreFilteredAndBadOnesAreNamed() {
        try (SseClient stream = stream("?prefix=team-e/&type=deleted,lock*", ADMIN)) {
            put("team-e/prod", 1);
            send("DELETE", "/v1/states/team-e/prod", "");
            stream.first("deleted");
            assertThat(stream.briefs()).isEqualTo(List.of("deleted team-e/prod"));
        }
        Answer wrong = send("GET", "/v1/events?type=wrtten", "");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.header("Content-Type")).startsWith("application/problem+json");
        assertThat(wrong.text()).contains("'wrtten'", "version.written");
        assertThat(Wire.to(server).get("/v1/events").status()).isEqualTo(401);
        assertThat(send("HEAD", "/v1/events", "").status()).isEqualTo(200);
    }
}
