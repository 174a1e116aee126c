package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kolumn.state.StateDocument;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service whose documents are not those of its records. */
class ServerWholeStatesTest {

    private static final StateDocument ONE = StateDocument.parse(TestStates.state(1));
    private static final StateDocument TWO = StateDocument.parse(TestStates.state(2));
    private static final String LIST = """
            {"states": [{"name": "a", "deleted": false, "changed": "2026-11-25T10:00:00Z"}], "seesAll": true}""";
    private static final String NOT_FOUND = """
            {"type": "urn:kolumn:state:not-found", "title": "Not found", "status": 404, "detail": "gone", "state": "a"}""";

    @TempDir
    Path folder;

    private final Map<String, StateDocument> documents = new ConcurrentHashMap<>();
    private final StateBackend none =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
    private volatile String records = records(record(1, ONE), record(2, TWO));
    private volatile String laterRecords = records;
    private volatile String list = LIST;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/states", this::states);
        server.createContext("/v1/records/a", exchange -> {
            send(exchange, 200, records.getBytes(StandardCharsets.UTF_8));
            records = laterRecords;
        });
        server.start();
        documents.put("version=1", ONE);
        documents.put("version=2", TWO);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String record(long number, StateDocument document) {
        return """
                {"version": %d, "id": "id-%d", "format": "terraform", "empty": %s, "serial": %d, "lineage": "%s",
                 "checksum": "%s", "size": %d, "created": "2026-11-25T10:00:00Z", "author": "ada", "operation": "put",
                 "fence": 0}""".formatted(
                        number,
                        number,
                        document.isEmpty(),
                        document.serial(),
                        document.lineage(),
                        document.sha256(),
                        document.size());
    }

    private static String records(String... records) {
        return """
                {"name": "a", "commit": "c-%d", "current": 2, "lastVersion": 2, "versionCount": %d, "fence": 0, "highestSerial": 2,
                 "changed": "2026-11-25T10:00:00Z", "records": [%s], "quarantined": []}""".formatted(records.length, records.length, String.join(",", records));
    }

    private void states(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/v1/states")) {
            send(exchange, 200, list.getBytes(StandardCharsets.UTF_8));
            return;
        }
        StateDocument document = documents.get(exchange.getRequestURI().getQuery());
        if (document == null) {
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            send(exchange, 404, NOT_FOUND.getBytes(StandardCharsets.UTF_8));
            return;
        }
        exchange.getResponseHeaders().set("State-Version", "1");
        exchange.getResponseHeaders().set("State-Checksum", document.sha256());
        exchange.getResponseHeaders().set("Last-Modified", "Wed, 25 Nov 2026 10:00:00 GMT");
        send(exchange, 200, document.toBytes());
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Ended run(String... args) {
        return new TestRunner(
                        none,
                        "--server",
                        "http://127.0.0.1:" + server.getAddress().getPort())
                .run(args);
    }

    @Test
    void whatIsInOrderHasNoTroubles() {
        Ended ended = run("verify");

        assertThat(ended.code()).as(ended.out()).isZero();
        assertThat(ended.out()).startsWith("1 states, 2 contents");
    }

    @Test
    void aDocumentOfAnotherVersionIsFoundAndNotExported() {
        documents.put("version=1", TWO);

        Ended verified = run("verify");
        assertThat(verified.code()).isEqualTo(7);
        assertThat(verified.out())
                .contains("Version 1 of state 'a' is not that of its record", TWO.sha256(), ONE.sha256())
                .contains("1 states, 1 contents");
        Ended exported = run("export", "-");
        assertThat(exported.code()).isEqualTo(6);
        assertThat(exported.err()).contains("a: Version 1 of state 'a' is not that of its record");
    }

    @Test
    void anArchiveThatLacksAStateTakesTheNameOfNoOther() throws IOException {
        Path file = folder.resolve("states.tar");
        assertThat(run("export", file.toString()).code()).isZero();
        byte[] good = Files.readAllBytes(file);
        documents.put("version=1", TWO);

        Ended ended = run("export", file.toString(), "-o", "json");

        assertThat(ended.code()).isEqualTo(6);
        assertThat(ended.err())
                .contains("states.tar.partial has the states that could be read", "states.tar is unchanged");
        assertThat(ended.out()).contains("states.tar.partial");
        assertThat(file).hasBinaryContent(good);
        assertThat(entries()).containsExactlyInAnyOrder("states.tar", "states.tar.partial");
        Ended imported = new TestRunner(none)
                .run("import", folder.resolve("states.tar.partial").toString());
        assertThat(imported.code()).isZero();
        assertThat(imported.err()).contains("is an incomplete export");
        assertThat(new TestRunner(none).run("import", file.toString()).err()).isEmpty();
    }

    @Test
    void whoMaySeeAPartHasNoWholeArchiveAndNoProof() throws IOException {
        Path file = Files.writeString(folder.resolve("states.tar.gz"), "the good one of before");
        for (String partial : List.of(LIST.replace("true", "false"), "{\"states\": [], \"seesAll\": false}")) {
            list = partial;

            Ended ended = run("export", file.toString());

            assertThat(ended.code()).isEqualTo(8);
            assertThat(ended.err()).contains("You may not be able to read every state", "is unchanged");
            assertThat(file).hasContent("the good one of before");
            assertThat(entries()).containsExactlyInAnyOrder("states.tar.gz", "states.tar.gz.partial");
        }
        assertThat(run("export", "-").code()).isEqualTo(8);
        Ended verified = run("verify");
        assertThat(verified.code()).isEqualTo(7);
        assertThat(verified.out()).contains("States that you cannot read were not checked");
    }

    @Test
    void noStateTakesThePlaceOfNoArchive() throws IOException {
        Path file = Files.writeString(folder.resolve("states.tar"), "the good one of before");
        list = "{\"states\": [], \"seesAll\": true}";

        Ended nothing = run("export", file.toString());
        assertThat(nothing.code()).isEqualTo(3);
        assertThat(nothing.err()).contains("There is no state. Nothing was written.");
        Ended prefix = run("export", folder.resolve("new.tar").toString(), "--prefix=teem/");
        assertThat(prefix.code()).isEqualTo(3);
        assertThat(prefix.err()).contains("There is no state with the prefix 'teem/'");
        assertThat(file).hasContent("the good one of before");
        assertThat(entries()).containsExactly("states.tar");

        assertThat(run("export", folder.resolve("first.tar").toString()).code()).isZero();
        assertThat(entries()).containsExactlyInAnyOrder("states.tar", "first.tar");
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    void anInterruptedExportLeavesTheArchiveOfBefore() throws IOException {
        Path file = Files.writeString(folder.resolve("states.tar"), "the good one of before");

        Ended ended = new TestRunner(
                        none,
                        "--server",
                        "http://127.0.0.1:" + server.getAddress().getPort())
                .interrupted()
                .run("export", file.toString());

        assertThat(ended.code()).isEqualTo(130);
        assertThat(file).hasContent("the good one of before");
        assertThat(entries()).containsExactlyInAnyOrder("states.tar", "states.tar.partial");
    }

    @Test
    void aVersionThatIsNotThereIsFound() {
        documents.remove("version=1");

        assertThat(run("verify").out()).contains("Version 1 of state 'a' no longer exists");
    }

    @Test
    void aVersionThatWentMeanwhileIsNoTrouble() {
        documents.remove("version=1");
        laterRecords = records(record(2, TWO));

        Ended verified = run("verify");

        assertThat(verified.code()).as(verified.out()).isZero();
        assertThat(verified.out()).startsWith("1 states, 1 contents");
    }

    @Test
    void aStateOfWhichAVersionWentMeanwhileIsExportedAsItIsThen() {
        documents.remove("version=1");
        laterRecords = records(record(2, TWO));

        Ended exported = run("export", "-");

        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(exported.out()).contains("states/a/+2-" + TWO.sha256()).doesNotContain("states/a/+1-");
    }
}
