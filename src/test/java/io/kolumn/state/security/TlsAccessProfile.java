package io.kolumn.state.security;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** As {@link AccessProfile}, over TLS, where client certificates prove who calls. */
public class TlsAccessProfile extends AccessProfile {

    public static final Path CERTIFICATES = FOLDER.resolve("certificates");

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> config = new HashMap<>(super.getConfigOverrides());
        TestCertificates certificates = TestCertificates.in(CERTIFICATES);
        config.put("quarkus.http.test-ssl-port", "0");
        config.put(
                "quarkus.tls.key-store.p12.path",
                certificates.file("server.p12").toString());
        config.put("quarkus.tls.key-store.p12.password", TestCertificates.PASSWORD);
        config.put(
                "quarkus.tls.trust-store.p12.path",
                certificates.file("trust.p12").toString());
        config.put("quarkus.tls.trust-store.p12.password", TestCertificates.PASSWORD);
        config.put("kolumn.state.access.certificates", "request");
        return config;
    }
}
