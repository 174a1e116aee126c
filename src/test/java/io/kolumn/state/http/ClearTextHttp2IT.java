package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.server.TestConfig;
import io.quarkus.test.common.http.TestHTTPResource;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Where HTTP/2 without TLS is switched off. */
@PackagedTest(ClearTextHttp2IT.Off.class)
class ClearTextHttp2IT {

    @TestHTTPResource
    URI plain;

    @TestHTTPResource(tls = true)
    URI encrypted;

    public static final class Off extends TlsProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = new HashMap<>(super.getConfigOverrides());
            config.put("kolumn.state.http.h2c", "off");
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

    @ParameterizedTest
    @CsvSource({
        ", localhost, true",
        ", 127.0.0.1, true",
        ", ::1, true",
        ", 0.0.0.0, false",
        ", ::, false",
        "loopback, 0.0.0.0, false",
        "off, localhost, false",
        "on, 0.0.0.0, true",
        "on, localhost, true"
    })
    void itIsSpokenWhereOnlyThisMachineReachesItUnlessTheKeySaysOtherwise(
            @Nullable String key, String host, boolean spoken) {
        HttpServerOptions options = new HttpServerOptions().setHost(host);

        ClearTextHttp2.limit(
                options, host, TestConfig.of(key == null ? Map.of() : Map.of("kolumn.state.http.h2c", key)));

        assertThat(options.isHttp2ClearTextEnabled()).isEqualTo(spoken);
    }
}
