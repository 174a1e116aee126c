package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where HTTP/2 without TLS is switched off. */
@QuarkusTest
@TestProfile(ClearTextHttp2Test.Off.class)
class ClearTextHttp2Test {

    @TestHTTPResource
    URI plain;

    @TestHTTPResource(tls = true)
    URI encrypted;

    public static final class Off extends TlsProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = new HashMap<>(super.getConfigOverrides());
            config.put("kolumn.state.http.h2c", "false");
            return config;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1", "HTTP_1_TLS", "HTTP_2_TLS"})
    void theOthersAreSpoken(Transport transport) {
        try (TransportClient client = new TransportClient(transport, plain, encrypted)) {
            assertThat(client.get("/v1/states").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"H2C", "H2C_UPGRADE"})
    void itIsNot(Transport transport) {
        try (TransportClient client = new TransportClient(transport, plain, encrypted)) {
            assertThatThrownBy(() -> client.get("/v1/states")).isInstanceOf(IllegalStateException.class);
        }
    }
}
