package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bodies hold while they come, and what is refused before they do. */
@QuarkusTest
@TestProfile(HeldProfile.class)
class UploadsTest {

    private static final int MEGABYTE = 1 << 20;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI tls;

    @Inject
    InFlight inFlight;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    @AfterEach
    void disconnect() throws Exception {
        for (AutoCloseable connection : open) {
            connection.close();
        }
        Awaitility.await().untilAsserted(() -> assertThat(inFlight.taken()).isZero());
    }

    private Socket begin(String path, int length, byte[] sent, String... headers) throws IOException {
        Socket socket = wire.begin("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + String.join("", headers) + "Content-Length: " + length + "\r\n\r\n");
        socket.getOutputStream().write(sent);
        open.add(socket);
        return socket;
    }

    private static Answer answer(Socket socket) throws IOException {
        return Answer.read(new BufferedInputStream(socket.getInputStream()), "PUT");
    }

    /** Together they announce ten times what there is. */
    @Test
    void aBodyHoldsWhatHasComeAndNotWhatItAnnounced() throws IOException {
        for (int i = 0; i < 20; i++) {
            begin("/v1/states/slow/" + i, 16 * MEGABYTE, new byte[] {'{'});
        }

        assertThat(wire.request("PUT", "/v1/states/others")
                        .json(TestStates.large(8 * MEGABYTE))
                        .send()
                        .status())
                .isEqualTo(201);
        Awaitility.await().untilAsserted(() -> assertThat(inFlight.taken()).isLessThanOrEqualTo(20 * 1024));
    }

    @Test
    void aBodyThatWasFastAndIsNotAnyMoreGivesBackWhatItDoesNotUse() throws IOException {
        byte[] most = " ".repeat(100 * 1024).getBytes(StandardCharsets.UTF_8);
        most[0] = '{';
        Socket socket = begin("/v1/states/slower", 16 * MEGABYTE, most);
        Awaitility.await().until(() -> inFlight.taken() > 15 * MEGABYTE);

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(inFlight.taken()).isBetween(1L, 128L * 1024));
        socket.close();
    }

    @Test
    void aBodyThatStandsStillIsEnded() throws IOException {
        Socket socket = begin("/v1/states/still", 1000, new byte[] {'{'});

        Answer answer = answer(socket);

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.json().path("detail").asText()).contains("kolumn.state.body-timeout");
    }

    /** Each read brings something, so that no single one waits for long. */
    @Test
    void aBodyThatBringsAByteNowAndThenIsEnded() throws IOException {
        Socket socket = begin("/v1/states/trickle", 1000, new byte[] {'{'});
        InputStream in = socket.getInputStream();
        for (int i = 0; i < 600 && in.available() == 0; i++) {
            socket.getOutputStream().write(' ');
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }

        assertThat(answer(socket).status()).isEqualTo(408);
    }

    @Test
    void aStreamThatStandsStillIsEndedAndTheOthersOfItsConnectionAreNot() throws IOException {
        Http2Wire connection = new Http2Wire(tls);
        open.add(connection);
        int still = put(connection, "/v1/states/still", 1000);
        connection.data(still, new byte[] {'{'}, false);

        assertThat(connection.status(still)).isEqualTo(408);

        int next = put(connection, "/v1/states/lively", 100);
        connection.data(next, (" ".repeat(98) + "{}").getBytes(StandardCharsets.UTF_8), true);
        assertThat(connection.status(next)).isEqualTo(201);
    }

    @Test
    void anAnswerThatNobodyReadsIsEnded() throws IOException {
        wire.request("PUT", "/v1/states/unread?force=true")
                .json(TestStates.large(15 * MEGABYTE))
                .send();
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.getOutputStream()
                .write("GET /v1/states/unread HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        Awaitility.await().until(() -> inFlight.taken() > 14 * MEGABYTE);

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(inFlight.taken()).isZero());
    }

    /** Half of the memory is one caller's, and all that are not proven come from one address here. */
    @Test
    void oneCallerHasAShareOfTheMemory() throws IOException {
        byte[] document = TestStates.large(9 * MEGABYTE);
        Socket first = begin("/v1/states/share/first", document.length, Arrays.copyOf(document, MEGABYTE));
        Awaitility.await().until(() -> inFlight.taken() > 8 * MEGABYTE);
        Socket second = begin("/v1/states/share/second", document.length, Arrays.copyOf(document, MEGABYTE));
        Awaitility.await().until(() -> inFlight.waiters() == 1);

        assertThat(inFlight.taken()).isLessThan(12 * MEGABYTE);
        InFlight.Reservation others = inFlight.reservation("somebody else");
        others.reserve(12 * MEGABYTE);
        others.close();
        first.close();
        second.close();
    }

    @Test
    void whatTheHeadForbidsIsRefusedBeforeALargeBody() throws IOException {
        wire.request("PUT", "/v1/states/early").json(TestStates.state(1)).send();
        Answer missed = answer(begin("/v1/states/early", 2 * MEGABYTE, new byte[0], "If-Match: \"7\"\r\n"));
        wire.request("PUT", "/v1/locks/early")
                .json("{\"id\": \"other\", \"who\": \"ada\"}")
                .send();
        Answer locked = answer(begin("/v1/states/early", 2 * MEGABYTE, new byte[0]));

        assertThat(missed.status()).isEqualTo(412);
        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.json().at("/holder/id").asText()).isEqualTo("other");
    }

    /** The answer to the first try was lost. */
    @Test
    void theSameLargeDocumentAgainIsASuccessThoughItsConditionHoldsNoMore() {
        byte[] document = TestStates.large(2 * MEGABYTE);
        for (int status : new int[] {201, 200}) {
            assertThat(wire.request("PUT", "/v1/states/again")
                            .header("If-None-Match", "*")
                            .json(document)
                            .send()
                            .status())
                    .isEqualTo(status);
        }
    }

    /** Its document may have to be quarantined. */
    @Test
    void aLargeBodyUnderALockIsReadThoughTheLockIsLost() {
        wire.request("PUT", "/v1/states/lost").json(TestStates.state(1)).send();

        Answer answer = wire.request("PUT", "/v1/states/lost?lock=gone")
                .json(TestStates.large(2 * MEGABYTE))
                .send();

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("quarantined").asText()).isNotEmpty();
    }

    /** So that a line with a long delay does not make each 64 KiB wait for a round trip. */
    @Test
    void theWindowOfABodyIsWideOnceItsMemoryIsTaken() throws IOException {
        byte[] document = TestStates.large(8 * MEGABYTE);
        Http2Wire connection = new Http2Wire(tls);
        open.add(connection);
        int upload = put(connection, "/v1/states/wide", document.length);
        int idle = put(connection, "/v1/states/idle", document.length);
        connection.data(idle, new byte[] {'{'}, false);
        int window = Http2Wire.WINDOW / 16_384 * 16_384;

        connection.data(upload, Arrays.copyOf(document, window), false);

        Awaitility.await().until(() -> connection.window(upload) > 3 * MEGABYTE && connection.window(0) > 3 * MEGABYTE);
        assertThat(connection.window(idle)).isLessThan(Http2Wire.WINDOW);
        connection.data(upload, Arrays.copyOfRange(document, window, document.length), true);
        assertThat(connection.status(upload)).isEqualTo(201);
    }

    private static int put(Http2Wire connection, String path, int length) {
        return connection.open(
                "PUT", path, false, "content-type", "application/json", "content-length", Integer.toString(length));
    }
}
