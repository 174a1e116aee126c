package io.kolumn.state.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TLS of the service is told, and what it cannot be combined with. */
class DevCertificateSourceTest {

    private static final String CERT = "quarkus.tls.key-store.pem.0.cert";

    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new DevCertificateSource())
                .withDefaultValue("quarkus.tls.key-store.sni", "false")
                .withSources(new PropertiesConfigSource(properties, "file", 250), new EnvConfigSource(environment, 300))
                .build();
    }

    private static Map<String, String> asked() {
        Map<String, String> properties = new HashMap<>();
        properties.put(DevCertificateSource.FOLDER, "/data/dev-cert");
        return properties;
    }

    @Test
    void theCertificateIsThatOfTheOption() {
        SmallRyeConfig config = config(asked(), Map.of("KOLUMN_STATE_BACKEND", "memory"));

        assertThat(config.getValue(CERT, String.class))
                .isEqualTo(Path.of("/data/dev-cert/cert.pem").toString());
        assertThat(config.getValue("quarkus.tls.key-store.pem.0.key", String.class))
                .isEqualTo(Path.of("/data/dev-cert/key.pem").toString());
    }

    @Test
    void withoutTheOptionNothingIsSaid() {
        assertThat(config(Map.of("quarkus.tls.key-store.p12.path", "a.p12"), Map.of())
                        .getOptionalValue(CERT, String.class))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.tls.key-store.p12.path",
                "quarkus.tls.key-store.pem.server.cert",
                "quarkus.tls.key-store.jks.path",
                "quarkus.http.tls-configuration-name",
                "quarkus.http.ssl.certificate.files"
            })
    void anotherCertificateIsRefusedByItsName(String name) {
        Map<String, String> properties = asked();
        properties.put(name, "a");

        assertThatThrownBy(() -> config(properties, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--dev-cert cannot be combined with " + name
                        + ", which configures another certificate. Remove one of them.");
    }

    @Test
    void soIsOneOfTheEnvironment() {
        assertThatThrownBy(() -> config(asked(), Map.of("QUARKUS_TLS_KEY_STORE_PEM__0__CERT", "a.pem")))
                .hasMessageContaining("--dev-cert cannot be combined with ")
                .hasMessageContainingAll("another certificate");
    }
}
