package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may not write is told so before the body comes. */
@PackagedTest(AccessProfile.class)
class RightsBeforeBodiesIT {

    private static final String READER = "kst_reader-of-the-tests-0123456789";

    @TestHTTPResource
    URI server;

    private Wire wire;

    @BeforeEach
    void configure() {
        wire = Wire.to(server);
        AccessProfile.write(List.of(
                "token.reader.hash=" + Hashes.token(READER),
                "policy.reader.subjects=token:reader",
                "policy.reader.states=team/**",
                "policy.reader.roles=reader"));
        await().until(() -> wire.request("GET", "/v1/states")
                        .header("Authorization", "Bearer " + READER)
                        .send()
                        .status()
                == 200);
    }

    private Answer answerToAByte(String method, String path, long length) throws IOException {
        try (Socket socket = wire.begin(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + READER + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n{")) {
            return Answer.read(new BufferedInputStream(socket.getInputStream()), method);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/states/team/a, 1000, 403",
        "PUT, /v1/states/team/a, 250000000, 403",
        "PUT, /v1/states/other, 250000000, 404",
        "PUT, /v1/states/team/a?force=true, 1000, 403",
        "POST, /terraform/team/a, 250000000, 403",
        "PUT, /terraform/team/a, 1000, 403"
    })
    void aByteOfABodyThatMayNotBeWrittenIsEnough(String method, String path, long length, int status)
            throws IOException {
        assertThat(answerToAByte(method, path, length).status()).isEqualTo(status);
    }

    /** The length is nobody's business who may not write. */
    @Test
    void aBodyThatIsTooLargeTooIsRefusedForTheRightFirst() throws IOException {
        assertThat(answerToAByte("PUT", "/v1/states/team/a", 1L << 40).status()).isEqualTo(403);
    }

    @Test
    void whoGivesALockIdIsHeardToTheEnd() {
        Answer answer = wire.request("PUT", "/v1/states/team/a?lock=some")
                .header("Authorization", "Bearer " + READER)
                .json(TestStates.large(3 << 20))
                .send();

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void theRefusalIsCountedAndInTheTrail() throws IOException {
        answerToAByte("PUT", "/v1/states/team/trail", 250_000_000);

        assertThat(wire.request("GET", "/q/metrics")
                        .header("Authorization", "Bearer " + READER)
                        .send()
                        .text())
                .contains("kolumn_state_operation_duration_seconds_count{operation=\"put\",outcome=\"forbidden\"}");
        assertThat(AccessProfile.AUDIT).content().contains("team/trail");
    }
}
