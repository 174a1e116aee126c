package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TlsProfile;
import io.kolumn.state.security.TestCertificates;
import io.kolumn.state.store.memory.MemoryStore;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service with a certificate of an authority of one's own. */
@PackagedTest(TlsProfile.class)
class TrustedAuthoritiesIT {

    /** What a command without a server would have. */
    private final StateBackend empty =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    private static final TestCertificates CERTIFICATES = TestCertificates.of(TlsProfile.CERTIFICATES.toAbsolutePath());

    @TestHTTPResource(tls = true)
    URI server;

    @TempDir
    Path folder;

    private TestRunner.Ended listing(String file) {
        return new TestRunner(empty, "--server", "https://127.0.0.1:" + server.getPort())
                .environment(TrustedAuthorities.VARIABLE, file)
                .run("ls");
    }

    @Test
    void theFileOfTheEnvironmentIsTrusted() throws Exception {
        Path bundle = Files.writeString(
                folder.resolve("bundle.pem"), "# Authorities - of a test\n" + CERTIFICATES.authority());

        assertThat(listing(bundle.toString()).code()).isZero();
    }

    @Test
    void withoutItTheCertificateIsUnknown() {
        TestRunner.Ended ended = listing("");

        assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(ended.err()).contains("TLS failed");
    }

    @Test
    void aFileThatIsNoneIsNamed() throws Exception {
        String missing = folder.resolve("missing.pem").toString();
        String other = Files.writeString(folder.resolve("other.pem"), "-----BEGIN CERTIFICATE-----\nx\n")
                .toString();

        assertThat(listing(missing).err()).contains("SSL_CERT_FILE=" + missing + " cannot be read");
        assertThat(listing(other).err()).contains("SSL_CERT_FILE=" + other + " has no certificates in PEM");
        assertThat(listing(missing).code()).isEqualTo(ExitCode.FAILED);
    }
}
