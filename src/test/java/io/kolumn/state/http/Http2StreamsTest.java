package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What happens to one stream of HTTP/2 is no matter of the others of its connection. */
@QuarkusTest
@TestProfile(HeldProfile.class)
class Http2StreamsTest {

    private static final int MEGABYTE = 1 << 20;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI tls;

    @Test
    void aConnectionGoesOnWhenStreamsAreResetInMidUploadAndInMidAnswer() throws IOException {
        byte[] document = TestStates.large(3 * MEGABYTE);
        Wire.to(server)
                .request("PUT", "/v1/states/streams/large")
                .json(document)
                .send();
        try (Http2Wire connection = new Http2Wire(tls)) {
            for (int i = 0; i < 30; i++) {
                int upload = put(connection, "/v1/states/streams/upload", document.length);
                connection.data(upload, Arrays.copyOf(document, 16_384), false);
                connection.reset(upload);
                int answer = connection.open("GET", "/v1/states/streams/large", true);
                Awaitility.await().until(() -> connection.received(answer) > 0 || connection.closed());
                connection.reset(answer);

                int other = put(connection, "/v1/states/streams/other?force=true", 2);
                connection.data(other, "{}".getBytes(StandardCharsets.UTF_8), true);
                assertThat(connection.status(other))
                        .as("round %d %s", i, connection.goneAway())
                        .isIn(200, 201);
            }
            assertThat(connection.goneAway()).isEmpty();
        }
    }

    @Test
    void aConnectionHasAHundredStreamsAtOnce() throws IOException {
        try (Http2Wire connection = new Http2Wire(tls)) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(connection.mostStreams()).isEqualTo(100));
        }
    }

    private static int put(Http2Wire connection, String path, int length) {
        return connection.open(
                "PUT", path, false, "content-type", "application/json", "content-length", Integer.toString(length));
    }
}
