package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body comes in pieces of any size and at any time, and is read as it was sent. */
@QuarkusTest
@TestProfile(HeldProfile.class)
class RequestBodyTest {

    private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI tls;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100})
    void chunksOfAnySizeAreOneBody(int size) throws IOException {
        byte[] state = TestStates.large(3_000);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < state.length; at += size) {
            byte[] chunk = Arrays.copyOfRange(state, at, Math.min(state.length, at + size));
            chunks.writeBytes((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunks.writeBytes(chunk);
            chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String path = "/v1/states/bodies/chunked-" + size;
        try (Socket socket = begin("PUT " + path + HEAD + "Transfer-Encoding: chunked\r\n\r\n")) {
            socket.getOutputStream().write(chunks.toByteArray());
            assertThat(answer(socket).status()).isEqualTo(201);
        }
        assertThat(Wire.to(server).get(path).body()).isEqualTo(state);
    }

    /** The head alone, then the body in three parts: the reader waits for each. */
    @Test
    void aBodyMayComeLongAfterItsHead() throws Exception {
        byte[] state = TestStates.large(200_000);
        String path = "/v1/states/bodies/late";
        try (Socket socket = begin("PUT " + path + HEAD + "Content-Length: " + state.length + "\r\n\r\n")) {
            OutputStream out = socket.getOutputStream();
            int third = state.length / 3;
            for (int from : new int[] {0, third, 2 * third}) {
                Thread.sleep(150);
                out.write(state, from, from == 2 * third ? state.length - from : third);
                out.flush();
            }
            assertThat(answer(socket).status()).isEqualTo(201);
        }
        assertThat(Wire.to(server).get(path).body()).isEqualTo(state);
    }

    @Test
    void requestsInOneWriteHaveTheirOwnBodies() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            byte[] state = TestStates.state(i).getBytes(StandardCharsets.UTF_8);
            all.writeBytes(
                    ("PUT /v1/states/bodies/together/" + i + HEAD + "Content-Length: " + state.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(state);
        }
        try (Socket socket = begin("")) {
            socket.getOutputStream().write(all.toByteArray());
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = 0; i < 5; i++) {
                assertThat(Answer.read(in, "PUT").status()).isEqualTo(201);
            }
        }
        for (int i = 0; i < 5; i++) {
            assertThat(Wire.to(server).get("/v1/states/bodies/together/" + i).text())
                    .isEqualTo(TestStates.state(i));
        }
    }

    /** RFC 9113, 6.1: a DATA frame may be empty, and only the flag ends the body. */
    @Test
    void emptyFramesAreNoEndOfABody() throws IOException {
        byte[] state = TestStates.large(40_000);
        String path = "/v1/states/bodies/frames";
        try (Http2Wire connection = new Http2Wire(tls)) {
            int stream = connection.open("PUT", path, false, "content-type", "application/json");
            connection.data(stream, new byte[0], false);
            connection.data(stream, Arrays.copyOf(state, 100), false);
            connection.data(stream, new byte[0], false);
            connection.data(stream, new byte[0], false);
            connection.data(stream, Arrays.copyOfRange(state, 100, state.length), false);
            connection.data(stream, new byte[0], true);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(connection.status(stream)).isEqualTo(201));
        }
        assertThat(Wire.to(server).get(path).body()).isEqualTo(state);
    }

    private Socket begin(String head) throws IOException {
        return Wire.to(server).begin(head);
    }

    private static Answer answer(Socket socket) throws IOException {
        return Answer.read(new BufferedInputStream(socket.getInputStream()), "PUT");
    }
}
