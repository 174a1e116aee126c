package io.kolumn.state.http;

import io.kolumn.state.TestFolder;
import io.kolumn.state.security.TestCertificates;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** A service with room for a few documents of some megabytes, over TLS too, which waits two seconds for a body. */
public final class HeldProfile implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        TestCertificates certificates = TestCertificates.in(TestFolder.named("held"));
        return Map.of(
                "kolumn.state.max-document-size", "16M",
                "kolumn.state.max-in-flight", "32M",
                "kolumn.state.max-in-flight-share", "50",
                "kolumn.state.body-timeout", "2s",
                "quarkus.http.test-ssl-port", "0",
                "quarkus.tls.key-store.p12.path",
                        certificates.file("server.p12").toString(),
                "quarkus.tls.key-store.p12.password", TestCertificates.PASSWORD);
    }
}
