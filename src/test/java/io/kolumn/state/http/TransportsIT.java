package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TransportClient.Reply;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Both doors by every version of HTTP, with TLS and without: the same bytes, the same answers. */
@PackagedTest(TlsProfile.class)
class TransportsIT {

    private static final int MEGABYTE = 1 << 20;
    private static final int[] SIZES = {14, 2047, 2048, 100_000, MEGABYTE, MEGABYTE + 1, 20 * MEGABYTE};
    private static final int LARGE = 1_000_000;
    private static final List<String> DOORS = List.of("/v1/states/", "/terraform/");
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TestHTTPResource
    URI plain;

    @TestHTTPResource(tls = true)
    URI encrypted;

    private final List<TransportClient> clients = new ArrayList<>();

    private TransportClient client(Transport transport) {
        TransportClient client = new TransportClient(transport, plain, encrypted);
        clients.add(client);
        return client;
    }

    @AfterEach
    void close() {
        clients.forEach(TransportClient::close);
    }

    /** All of one length, so that answers with a name in them are too. */
    private static String name() {
        return "transport/%04d".formatted(NAMES.incrementAndGet());
    }

    /** A document of exactly so many bytes, which gzip makes smaller but not small. */
    private static byte[] document(int size) {
        String start = "{\"version\": 4";
        String end = "}";
        String before = start + ", \"note\": \"";
        if (size < before.length() + 2) {
            return (start + end).getBytes(StandardCharsets.UTF_8);
        }
        byte[] noise = new byte[Math.min(size, 200_000)];
        new Random(size).nextBytes(noise);
        String text = Base64.getEncoder().encodeToString(noise);
        String note = text.repeat(size / text.length() + 1).substring(0, size - before.length() - 2);
        return (before + note + "\"" + end).getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Arguments> documents() {
        return Stream.of(Transport.values())
                .flatMap(transport -> IntStream.of(SIZES).mapToObj(size -> Arguments.of(transport, size)));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentComesBackAsItWent(Transport transport, int size) {
        TransportClient client = client(transport);
        byte[] document = document(size);
        for (String door : DOORS) {
            String name = name();
            Reply written = client.send(
                    door.startsWith("/v1") ? "PUT" : "POST", door + name, document, "Content-Type", "application/json");
            assertThat(written.status()).isIn(200, 201);

            assertRead(client, door + name, document, "", false);
            assertRead(client, door + name, document, "gzip", size >= 2048);
            if (size < LARGE) {
                assertRead(client, door + name, document, "gzip;q=0, *", false);
                assertRead(client, door + name, document, "gzip;q=0.5, identity", false);
                assertRead(client, door + name, document, "identity;q=0, *;q=0.1", true);
            }
        }
    }

    private static void assertRead(
            TransportClient client, String path, byte[] document, String accepted, boolean compressed) {
        String[] headers = accepted.isEmpty() ? new String[0] : new String[] {"Accept-Encoding", accepted};

        Reply read = client.get(path, headers);
        Reply head = client.send("HEAD", path, new byte[0], headers);

        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(document);
        assertThat(read.header("Content-Encoding")).isEqualTo(compressed ? "gzip" : "");
        assertThat(read.header("ETag")).isEqualTo(compressed ? "\"1-gzip\"" : "\"1\"");
        assertThat(read.header("Vary")).isEqualToIgnoringCase("accept-encoding");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.raw().length()).isZero();
        assertThat(head.header("Content-Encoding")).isEqualTo(read.header("Content-Encoding"));
        assertThat(head.header("ETag")).isEqualTo(read.header("ETag"));
        assertThat(head.header("Content-Length")).isEqualTo(compressed ? "" : Integer.toString(document.length));
        for (String known : List.of("\"1\"", "\"1-gzip\"")) {
            Reply fresh = client.get(path.replace("/terraform/", "/v1/states/"), with(headers, known));
            assertThat(fresh.status()).isEqualTo(304);
            assertThat(fresh.raw().length()).isZero();
            assertThat(fresh.header("ETag")).isEqualTo(read.header("ETag"));
            assertThat(fresh.header("Content-Encoding")).isEmpty();
        }
    }

    private static String[] with(String[] headers, String known) {
        return Stream.concat(Stream.of(headers), Stream.of("If-None-Match", known))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLifeIsToldAsOverTheFirstVersion(Transport transport) {
        List<String> expected = StateLife.by(client(Transport.HTTP_1), name(), plain);

        assertThat(StateLife.by(client(transport), name(), transport.server(plain, encrypted)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void pagesOfTheServiceAreCompressedOnceAndHaveNoBodyForHead(Transport transport) {
        TransportClient client = client(transport);
        client.get("/v1/states");

        Reply metrics = client.get("/q/metrics", "Accept-Encoding", "gzip");
        Reply api = client.get("/q/openapi", "Accept-Encoding", "gzip");
        Reply health = client.get("/q/health", "Accept-Encoding", "gzip");

        assertThat(metrics.text()).contains("http_server_requests").endsWith("# EOF\n");
        assertThat(metrics.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(api.json().path("paths")).isNotEmpty();
        assertThat(api.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(health.json().path("status").asText()).isEqualTo("UP");
        assertThat(health.header("Content-Encoding")).isEmpty();
        for (String page : List.of("/q/metrics", "/q/openapi", "/q/health", "/v1/states//x", "/nope")) {
            Reply head = client.send("HEAD", page, new byte[0], "Accept-Encoding", "gzip");
            assertThat(head.raw().length()).as(page).isZero();
            assertThat(head.status()).as(page).isEqualTo(client.get(page).status());
        }
    }

    /** Of a list in pieces: the server does not know its length before. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLongListIsCompressedAsItComes(Transport transport) {
        TransportClient client = client(transport);
        String folder = name();
        for (int i = 0; i < 60; i++) {
            write(client, folder + "/" + i, document(14));
        }
        String path = "/v1/states?limit=1000&prefix=" + folder + "/";

        Reply coded = client.get(path, "Accept-Encoding", "gzip");
        Reply whole = client.get(path);

        assertThat(coded.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(coded.raw().length()).isLessThan(whole.raw().length() / 4);
        assertThat(coded.json().path("states")).hasSize(60);
        assertThat(coded.text()).isEqualTo(whole.text());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void manyAtOnceGetEachItsOwn(Transport transport) {
        TransportClient client = client(transport);
        String name = name();
        List<byte[]> documents = IntStream.range(0, 20)
                .mapToObj(i -> document(1000 + i * 20_000))
                .toList();
        for (int i = 0; i < documents.size(); i++) {
            write(client, name + "/" + i, documents.get(i));
        }

        List<Future<Reply>> replies = IntStream.range(0, documents.size())
                .mapToObj(i -> client.begin("GET", "/terraform/" + name + "/" + i, "Accept-Encoding", "gzip")
                        .compose(request -> client.finish(request, new byte[0])))
                .toList();

        for (int i = 0; i < documents.size(); i++) {
            assertThat(TransportClient.await(replies.get(i)).body()).isEqualTo(documents.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatBreaksOffIsNoDocument(Transport transport) {
        String name = name();
        byte[] document = document(3 * MEGABYTE);
        TransportClient client = client(transport);
        for (String door : DOORS) {
            HttpClientRequest request = TransportClient.await(client.begin(
                    door.startsWith("/v1") ? "PUT" : "POST", door + name, "Content-Type", "application/json"));
            request.putHeader("Content-Length", Integer.toString(document.length));
            TransportClient.await(request.write(Buffer.buffer(document).slice(0, MEGABYTE / 2)));
            request.reset();
        }

        write(client, name + "/other", document);
        assertThat(client.get("/v1/states/" + name).status()).isEqualTo(404);
        assertThat(client.get("/v1/versions/" + name).status()).isEqualTo(404);
        assertThat(client.get("/terraform/" + name + "/other").body()).isEqualTo(document);
    }

    /** The answer comes before the body has been sent, and does no harm to whatever else is on the connection. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatIsRefusedEarlyIsAnswered(Transport transport) {
        TransportClient client = client(transport);
        String name = name();

        Reply refused = client.send(
                "PUT",
                "/v1/states/" + name,
                document(3 * MEGABYTE),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                "gzip");

        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.json().path("detail").asText()).contains("Content-Encoding");
        write(client, name, document(14));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void headersOfTwentyKilobytesAreTaken(Transport transport) {
        Reply reply = client(transport).get("/v1/states", "Authorization", "Bearer " + "x".repeat(20_000));

        assertThat(reply.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoWaitsForALockGetsIt(Transport transport) {
        TransportClient client = client(transport);
        String lock = "/v1/locks/" + name();
        lock(client, lock, "holder");
        Future<Reply> waiting =
                waiting(client, lock + "?wait=PT60S").compose(request -> client.finish(request, info("waiter")));

        assertThat(client.send("DELETE", lock + "?id=holder", new byte[0]).status())
                .isEqualTo(200);

        Reply got = TransportClient.await(waiting);
        assertThat(got.status()).isEqualTo(201);
        assertThat(got.json().path("fence").asLong()).isEqualTo(2);
    }

    /** Another behind it in line gets the lock as soon as both are gone who were before. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoGoesAwayWhileWaitingLeavesTheLine(Transport transport) {
        TransportClient client = client(transport);
        String lock = "/v1/locks/" + name();
        lock(client, lock, "holder");
        HttpClientRequest leaving = TransportClient.await(waiting(client, lock + "?wait=PT60S"));
        leaving.send(Buffer.buffer(info("leaving")));
        assertThat(client.send("PUT", lock + "?wait=PT0.3S", info("third"), "Content-Type", "application/json")
                        .status())
                .isEqualTo(423);

        leaving.reset();
        Awaitility.await()
                .pollDelay(Duration.ofMillis(1500))
                .until(() ->
                        client.send("DELETE", lock + "?id=holder", new byte[0]).status() == 200);

        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(5))
                .until(() -> client.get(lock).status() == 404);
    }

    private static Future<HttpClientRequest> waiting(TransportClient client, String path) {
        return client.begin("PUT", path, "Content-Type", "application/json");
    }

    private static byte[] info(String id) {
        return ("{\"id\": \"" + id + "\", \"who\": \"ada\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static void lock(TransportClient client, String path, String id) {
        assertThat(client.send("PUT", path, info(id), "Content-Type", "application/json")
                        .status())
                .isEqualTo(201);
    }

    private static void write(TransportClient client, String name, byte[] document) {
        assertThat(client.send("PUT", "/v1/states/" + name, document, "Content-Type", "application/json")
                        .status())
                .isEqualTo(201);
    }
}
