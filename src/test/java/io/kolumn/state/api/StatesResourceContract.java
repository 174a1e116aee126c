package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.fixture;
import static io.kolumn.state.http.TestStates.large;
import static io.kolumn.state.http.TestStates.md5;
import static io.kolumn.state.http.TestStates.sha256;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/states} of docs/http.md. */
abstract class StatesResourceContract {

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID();
    private final String path = "/v1/states/" + name;

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer read() {
        return wire().get(path);
    }

    private Answer write(String document) {
        return wire().request("PUT", path).json(document).send();
    }

    private Answer conditional(String method, String header, String value) {
        Wire.Request request = wire().request(method, path).header(header, value);
        return (method.equals("PUT") ? request.json(state(100)) : request).send();
    }

    private void lock(String id) {
        assertThat(wire().request("PUT", "/v1/locks/" + name)
                        .json("{\"id\":\"" + id + "\",\"who\":\"ada\"}")
                        .send()
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aWriteCreatesWith201AndReplacesWith200() {
        Answer created = write(state(1));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("version").asLong()).isEqualTo(1);
        assertThat(created.header("ETag")).isEqualTo("\"1\"");

        Answer replaced = write(state(2));
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.header("ETag")).isEqualTo("\"2\"");

        Answer repeated = write(state(2));
        assertThat(repeated.status()).isEqualTo(200);
        assertThat(repeated.header("ETag")).isEqualTo("\"2\"");
    }

    @Test
    void aStateThatWasDeletedIsCreatedAgainAndItsNumbersGoOn() {
        write(state(1));
        assertThat(wire().request("DELETE", path).send().status()).isEqualTo(204);

        Answer again = write(state(1));

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("State-Version")).isEqualTo("2");
    }

    @Test
    void anAnswerSaysWhichVersionItIs() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        byte[] document = fixture("terraform-v4-small.tfstate");
        Answer written = wire().request("PUT", path).json(document).send();
        Answer read = read();

        for (Answer answer : List.of(written, read, wire().request("HEAD", path).send())) {
            assertThat(answer.header("ETag")).isEqualTo("\"1\"");
            assertThat(answer.header("State-Version")).isEqualTo("1");
            assertThat(answer.header("State-Serial")).isEqualTo("5");
            assertThat(answer.header("State-Lineage")).isEqualTo("0cc1d458-7184-3ef1-b05e-7e8d532d4217");
            assertThat(answer.header("State-Checksum")).isEqualTo(sha256(document));
            assertThat(ZonedDateTime.parse(answer.header("Last-Modified"), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .isBetween(before, Instant.now());
            assertThat(answer.header("Last-Modified")).matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT");
        }
        assertThat(read.body()).isEqualTo(document);
        assertThat(read.header("Content-Type")).startsWith("application/json");
        assertThat(read.header("Content-Length")).isEqualTo(Integer.toString(document.length));
    }

    @Test
    void theAnswerToAWriteIsTheRecordOfTheVersion() {
        JsonNode record = write(state(3)).json();

        assertThat(record.get("version").asLong()).isEqualTo(1);
        assertThat(record.get("format").asText()).isEqualTo("terraform");
        assertThat(record.get("serial").asLong()).isEqualTo(3);
        assertThat(record.get("lineage").asText()).isEqualTo(LINEAGE);
        assertThat(record.get("checksum").asText()).isEqualTo(sha256(state(3).getBytes(StandardCharsets.UTF_8)));
        assertThat(record.get("size").asLong()).isEqualTo(state(3).length());
        assertThat(Instant.parse(record.get("created").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(record.get("fence").asLong()).isZero();
        assertThat(record.has("id")).isFalse();
    }

    @Test
    void aDocumentWithoutSerialAndLineageHasNoSuchHeaders() {
        write("{\"anything\": [1, 2, 3]}");

        assertThat(read().header("State-Serial")).isNull();
        assertThat(read().header("State-Lineage")).isNull();
        assertThat(read().text()).isEqualTo("{\"anything\": [1, 2, 3]}");
    }

    @Test
    void aLineageThatNoHeaderCanHoldIsLeftOut() {
        assertThat(write(state(1, "ünï", "x")).status()).isEqualTo(201);

        assertThat(read().status()).isEqualTo(200);
        assertThat(read().header("State-Lineage")).isNull();
        assertThat(read().text()).isEqualTo(state(1, "ünï", "x"));
    }

    @ParameterizedTest(name = "PUT with {0}: {1} over version {2} is {3}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "If-Match, `\"2\"`, 2, 200",
                "If-Match, `\"1\"`, 2, 412",
                "If-Match, `\"1\", \"2\"`, 2, 200",
                "If-Match, `\"2-gzip\"`, 2, 200",
                "If-Match, `W/\"2\"`, 2, 412",
                "If-Match, *, 2, 200",
                "If-Match, *, 0, 412",
                "If-Match, `\"1\"`, 0, 412",
                "If-Match, `\"abc\"`, 2, 412",
                "If-Match, 2, 2, 400",
                "If-Match, ` `, 2, 412",
                "If-None-Match, *, 0, 201",
                "If-None-Match, *, 2, 412",
                "If-None-Match, `\"2\"`, 2, 412",
                "If-None-Match, `W/\"2-gzip\"`, 2, 412",
                "If-None-Match, `\"1\"`, 2, 200",
                "If-None-Match, `\"1\"`, 0, 201",
            })
    void aWriteObeysItsConditions(String header, String value, int versions, int status) {
        for (int serial = 1; serial <= versions; serial++) {
            write(state(serial));
        }

        Answer answer = conditional("PUT", header, value);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(read().status()).isEqualTo(versions == 0 && status >= 400 ? 404 : 200);
        if (versions > 0) {
            assertThat(read().text()).isEqualTo(state(status < 300 ? 100 : versions));
        }
        if (status == 412) {
            assertThat(answer.json().get("type").asText()).isEqualTo("urn:kolumn:state:conflict");
            assertThat(answer.json().get("reason").asText()).isEqualTo("precondition");
            assertThat(answer.json().get("status").asInt()).isEqualTo(412);
            assertThat(answer.json().at("/current/version").asInt()).isEqualTo(versions);
        }
    }

    @Test
    void aDeleteObeysItsConditions() {
        write(state(1));
        write(state(2));

        assertThat(conditional("DELETE", "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(read().status()).isEqualTo(200);
        assertThat(conditional("DELETE", "If-Match", "\"2\"").status()).isEqualTo(204);
        assertThat(read().status()).isEqualTo(404);
        assertThat(conditional("DELETE", "If-Match", "\"2\"").status()).isIn(404, 412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"2\"", "\"2-gzip\"", "\"1\", \"2\"", "*"})
    void aReaderThatHasTheVersionGets304(String known) {
        write(state(1));
        write(state(2));

        for (String method : List.of("GET", "HEAD")) {
            Answer answer = conditional(method, "If-None-Match", known);

            assertThat(answer.status()).as(method).isEqualTo(304);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.header("ETag")).isEqualTo("\"2\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "\"1-gzip\"", "\"22\"", "\"x\"", "\"\""})
    void aReaderWithAnotherVersionGetsTheDocument(String known) {
        write(state(1));
        write(state(2));

        Answer answer = conditional("GET", "If-None-Match", known);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(state(2));
    }

    @Test
    void ifModifiedSinceIsIgnored() {
        write(state(1));

        assertThat(conditional("GET", "If-Modified-Since", "Wed, 01 Jan 2098 00:00:00 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theTagOfACompressedAnswerDiffersAndEitherIsTakenBack() {
        byte[] document = fixture("terraform-v4-medium.tfstate");
        wire().request("PUT", path).json(document).send();

        Answer gzip = wire().request("GET", path)
                .header("Accept-Encoding", "gzip, deflate")
                .send();
        assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(gzip.header("ETag")).isEqualTo("\"1-gzip\"");
        assertThat(gzip.header("Vary")).containsIgnoringCase("accept-encoding");
        assertThat(gzip.gunzipped()).isEqualTo(document);
        assertThat(gzip.body().length).isLessThan(document.length / 4);

        Answer head =
                wire().request("HEAD", path).header("Accept-Encoding", "gzip").send();
        assertThat(head.header("ETag")).isEqualTo("\"1-gzip\"");
        assertThat(head.body()).isEmpty();

        for (String known : List.of("\"1\"", "\"1-gzip\"")) {
            Answer fresh = wire().request("GET", path)
                    .header("Accept-Encoding", "gzip")
                    .header("If-None-Match", known)
                    .send();
            assertThat(fresh.status()).isEqualTo(304);
            assertThat(fresh.header("ETag")).isEqualTo("\"1-gzip\"");
        }
    }

    @Test
    void aDocumentOfSeveralMegabytesComesBackCompressedToo() {
        byte[] document = large(5_000_000);
        wire().request("PUT", path).json(document).send();

        assertThat(read().body()).isEqualTo(document);
        assertThat(wire().request("GET", path)
                        .header("Accept-Encoding", "gzip")
                        .send()
                        .gunzipped())
                .isEqualTo(document);
    }

    @Test
    void olderVersionsAreRead() {
        write(state(1));
        write(state(2));

        Answer first = wire().get(path + "?version=1");

        assertThat(first.text()).isEqualTo(state(1));
        assertThat(first.header("ETag")).isEqualTo("\"1\"");
        assertThat(wire().get(path + "?version=2").text()).isEqualTo(state(2));
        Answer head = wire().request("HEAD", path + "?version=1").send();
        assertThat(head.header("State-Serial")).isEqualTo("1");
        assertThat(wire().request("GET", path + "?version=1")
                        .header("If-None-Match", "\"1\"")
                        .send()
                        .status())
                .isEqualTo(304);
        assertThat(wire().request("GET", path + "?version=1")
                        .header("If-None-Match", "\"2\"")
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDeletedStatesVersionsAreReadStill() {
        write(state(1));
        wire().request("DELETE", path).send();

        assertThat(wire().get(path + "?version=1").text()).isEqualTo(state(1));
        assertThat(read().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 404",
        "0, 404",
        "999999999999999999, 404",
        "-1, 400",
        "x, 400",
        "1.0, 400",
        "9999999999999999999, 400"
    })
    void aVersionThatIsNotThereIs404(String version, int status) {
        write(state(1));

        for (String method : List.of("GET", "HEAD")) {
            assertThat(wire().request(method, path + "?version=" + version)
                            .send()
                            .status())
                    .as(method)
                    .isEqualTo(status);
        }
    }

    @Test
    void aRefusedDocumentIsReadByItsId() {
        write(state(1));
        Answer refused =
                wire().request("PUT", path + "?lock=lost").json(state(2)).send();
        assertThat(refused.status()).isEqualTo(409);
        String id = refused.json().get("quarantined").asText();

        Answer quarantined = wire().get(path + "?quarantined=" + id);

        assertThat(quarantined.status()).isEqualTo(200);
        assertThat(quarantined.text()).isEqualTo(state(2));
        assertThat(wire().get(path + "?quarantined=unknown").status()).isEqualTo(404);
        assertThat(wire().get(path + "?quarantined=../x").status()).isEqualTo(404);
    }

    @Test
    void aDeleteAnswers204AndOfNothing404() {
        write(state(1));

        assertThat(wire().request("DELETE", path).send().status()).isEqualTo(204);
        assertThat(wire().request("DELETE", path).send().status()).isEqualTo(404);
        assertThat(wire().get("/v1/states/" + name + "-never").status()).isEqualTo(404);
    }

    @Test
    void writeAndDeleteObeyTheLock() {
        write(state(1));
        lock("mine");

        for (String query : List.of("", "?lock=other", "?force=true")) {
            Answer refused = wire().request("PUT", path + query).json(state(2)).send();
            assertThat(refused.status()).as(query).isEqualTo(423);
            assertThat(refused.json().at("/holder/id").asText()).isEqualTo("mine");
            assertThat(wire().request("DELETE", path + query).send().status())
                    .as(query)
                    .isEqualTo(query.contains("force") ? 400 : 423);
        }
        assertThat(wire().request("PUT", path + "?lock=mine")
                        .json(state(2))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("DELETE", path + "?lock=mine").send().status())
                .isEqualTo(204);
    }

    @Test
    void forceSkipsSerialAndLineageAndNothingElse() {
        write(state(5));

        assertThat(write(state(4)).status()).isEqualTo(409);
        assertThat(wire().request("PUT", path + "?force=true")
                        .json(state(4))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("PUT", path + "?force=true")
                        .header("If-Match", "\"1\"")
                        .json(state(3))
                        .send()
                        .status())
                .isEqualTo(412);
    }

    @Test
    void contentMd5IsVerified() {
        byte[] document = state(1).getBytes(StandardCharsets.UTF_8);

        Answer wrong = wire().request("PUT", path)
                .header("Content-MD5", md5(new byte[0]))
                .json(document)
                .send();

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(read().status()).isEqualTo(404);
        assertThat(wire().request("PUT", path)
                        .header("Content-MD5", md5(document))
                        .json(document)
                        .send()
                        .status())
                .isEqualTo(201);
    }

    @Test
    void whoExpectsToBeAskedToGoOnIsAsked() throws Exception {
        byte[] document = state(1).getBytes(StandardCharsets.UTF_8);
        try (java.net.Socket socket = wire().begin("PUT " + path + " HTTP/1.1\r\nHost: " + server.getAuthority()
                + "\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: "
                + document.length + "\r\n\r\n")) {
            Answer goOn = Answer.interim(socket.getInputStream());
            assertThat(goOn.status()).isEqualTo(100);

            socket.getOutputStream().write(document);

            assertThat(Answer.read(socket.getInputStream(), "PUT").status()).isEqualTo(201);
        }
    }

    @Test
    void theListIsInByteOrderAndPaged() {
        List<String> names = List.of("a", "a-b", "a.b", "a/b", "a/c", "a0", "aB", "a_", "ab", "b");
        for (String last : names.reversed()) {
            wire().request("PUT", path + "/" + last).json(state(1)).send();
        }

        List<String> listed = new ArrayList<>();
        String query = "?limit=3&prefix=" + name + "/";
        String after = "";
        for (int pages = 0; after != null && pages < 10; pages++) {
            JsonNode page = wire().get("/v1/states" + query + after).json();
            assertThat(page.get("states").size()).isBetween(1, 3);
            page.get("states").forEach(entry -> listed.add(entry.get("name").asText()));
            after = page.has("next") ? "&after=" + page.get("next").asText() : null;
        }

        assertThat(listed)
                .isEqualTo(names.stream().map(last -> name + "/" + last).toList());
    }

    @Test
    void aPrefixIsAnyBeginningOfAName() {
        wire().request("PUT", path + "/network/prod").json(state(1)).send();
        wire().request("PUT", path + "/network-2").json(state(1)).send();

        assertThat(names("?prefix=" + name + "/net")).containsExactly(name + "/network-2", name + "/network/prod");
        assertThat(names("?prefix=" + name + "/network/")).containsExactly(name + "/network/prod");
        assertThat(names("?prefix=" + name + "%2Fnetwork%2F")).containsExactly(name + "/network/prod");
        assertThat(names("?prefix=" + name + "/zzz")).isEmpty();
    }

    @Test
    void anEntryOfTheListShowsTheVersionAndTheLock() {
        write(state(3));
        lock("mine");

        JsonNode entry = wire().get("/v1/states?prefix=" + name).json().at("/states/0");

        assertThat(entry.get("name").asText()).isEqualTo(name);
        assertThat(entry.at("/current/serial").asLong()).isEqualTo(3);
        assertThat(entry.at("/lock/who").asText()).isEqualTo("ada");
        assertThat(entry.get("deleted").asBoolean()).isFalse();
        assertThat(Instant.parse(entry.get("changed").asText()))
                .isAfter(Instant.now().minus(Duration.ofMinutes(5)));
    }

    @Test
    void deletedAndOnlyLockedStatesAreListedWhereAsked() {
        wire().request("PUT", path + "/here").json(state(1)).send();
        wire().request("PUT", path + "/gone").json(state(1)).send();
        wire().request("DELETE", path + "/gone").send();
        wire().request("PUT", "/v1/locks/" + name + "/locked")
                .json("{\"id\":\"x\",\"who\":\"ada\"}")
                .send();
        String prefix = "?prefix=" + name + "/";

        assertThat(names(prefix)).containsExactly(name + "/here");
        assertThat(names(prefix + "&include=deleted")).containsExactly(name + "/gone", name + "/here");
        assertThat(names(prefix + "&include=locked")).containsExactly(name + "/here", name + "/locked");
        assertThat(names(prefix + "&include=deleted,locked"))
                .containsExactly(name + "/gone", name + "/here", name + "/locked");
        JsonNode gone =
                wire().get("/v1/states" + prefix + "&include=deleted").json().at("/states/0");
        assertThat(gone.get("deleted").asBoolean()).isTrue();
        assertThat(gone.has("current")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=x",
                "limit=99999999999999",
                "after=..",
                "after=a//b",
                "include=everything",
                "include=deleted,"
            })
    void aBadParameterIsToldByItsName(String parameter) {
        Answer refused = wire().get("/v1/states?" + parameter);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("type").asText()).isEqualTo("urn:kolumn:state:invalid");
        assertThat(refused.json().get("detail").asText()).isNotBlank();
    }

    @Test
    void limitTakesItsEnds() {
        assertThat(wire().get("/v1/states?limit=1").status()).isEqualTo(200);
        assertThat(wire().get("/v1/states?limit=1000").status()).isEqualTo(200);
    }

    private List<String> names(String query) {
        JsonNode states = wire().get("/v1/states" + query).json().get("states");
        return StreamSupport.stream(states.spliterator(), false)
                .map(entry -> entry.get("name").asText())
                .toList();
    }
}
