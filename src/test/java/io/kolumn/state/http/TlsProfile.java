package io.kolumn.state.http;

import io.kolumn.state.TestFolder;
import io.kolumn.state.security.TestCertificates;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A service that answers with TLS and without, to anybody. */
public class TlsProfile implements QuarkusTestProfile {

    /** Where the certificates are. */
    public static final Path CERTIFICATES = TestFolder.named("tls");

    @Override
    public Map<String, String> getConfigOverrides() {
        TestCertificates certificates = TestCertificates.in(CERTIFICATES);
        Map<String, String> config = new HashMap<>();
        config.put("quarkus.http.test-ssl-port", "0");
        config.put(
                "quarkus.tls.key-store.p12.path",
                certificates.file("server.p12").toString());
        config.put("quarkus.tls.key-store.p12.password", TestCertificates.PASSWORD);
        return config;
    }
}
