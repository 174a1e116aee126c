package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A web page whose name was made to resolve to this machine, where nobody has to prove who they are. */
@QuarkusTest
class OtherHostsTest {

    private static final String PAGE = "Host: rebind.attacker.example:8080\r\n";

    @TestHTTPResource
    URI server;

    private String here;

    @BeforeEach
    void write() {
        here = "Host: " + server.getAuthority() + "\r\n";
        assertThat(Wire.to(server)
                        .request("PUT", "/v1/states/hosts")
                        .json(TestStates.state(1))
                        .send()
                        .status())
                .isIn(200, 201);
    }

    private Answer send(String method, String target, String hosts) throws IOException {
        String head =
                method + " " + target + " HTTP/1.1\r\n" + hosts + "Connection: close\r\nContent-Length: 0\r\n\r\n";
        try (Socket socket = Wire.to(server).begin(head)) {
            return Answer.read(new BufferedInputStream(socket.getInputStream()), method);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/states/hosts", "/v1/states", "/terraform/hosts", "/q/metrics", "/q/openapi", "/nothing"})
    void aPageOfAnotherHostReadsNothing(String target) throws IOException {
        Answer refused = send("GET", target, PAGE);

        assertThat(refused.status()).as("%s", refused).isEqualTo(421);
        assertThat(refused.json().path("detail").asText()).contains("kolumn.state.http.hosts", "localhost");
        assertThat(refused.text()).doesNotContain(TestStates.LINEAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE", "LOCK", "UNLOCK", "HEAD", "OPTIONS"})
    void aPageOfAnotherHostChangesNothing(String method) throws IOException {
        assertThat(send(method, "/terraform/hosts", PAGE + "Origin: http://rebind.attacker.example:8080\r\n")
                        .status())
                .isEqualTo(421);
        assertThat(send("GET", "/terraform/hosts", here).text()).isEqualTo(TestStates.state(1));
    }

    @Test
    void whatAProxySaysOfTheHostDoesNotCount() throws IOException {
        for (String forwarded : new String[] {
            "X-Forwarded-Host: localhost\r\n", "Forwarded: host=localhost\r\n", "X-Forwarded-For: 127.0.0.1\r\n"
        }) {
            assertThat(send("GET", "/v1/states", PAGE + forwarded).status()).isEqualTo(421);
            assertThat(send("GET", "/v1/states", here + forwarded).status()).isEqualTo(200);
        }
    }

    @Test
    void twoHostsNoneAndAnEmptyOneAreNotServed() throws IOException {
        for (String hosts : new String[] {here + PAGE, PAGE + here, here + here, "", "Host:\r\n"}) {
            assertThat(send("GET", "/v1/states", hosts).status())
                    .as("'%s'", hosts)
                    .isIn(400, 421);
        }
    }

    /** A probe asks by the address of the container. */
    @Test
    void healthIsForProbesWhateverTheyCallIt() throws IOException {
        for (String hosts : new String[] {here, "Host: 10.1.2.3:8080\r\n", "Host: state.example.org\r\n"}) {
            assertThat(send("GET", "/q/health/ready", hosts).status()).isEqualTo(200);
        }
        assertThat(send("GET", "/q/health/../../v1/states", PAGE).status()).isNotEqualTo(200);
    }
}
