package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.certificate.DevCertificate;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The two lines for a shell, on each system. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths with slashes")
class TrustHintTest {

    private static TrustHint in(String folder) {
        return new TrustHint(new DevCertificate(Path.of(folder)), 9443);
    }

    @Test
    void aShellTrustsTheBundleAndNamesTheService() {
        String address = "https://localhost:9443/terraform/demo";
        assertThat(in("/home/ada/dev-cert").lines("Linux"))
                .containsExactly(
                        "export SSL_CERT_FILE=/home/ada/dev-cert/bundle.pem",
                        "export TF_CLOUD_HOSTNAME=localhost:9443 TF_CLOUD_ORGANIZATION=demo TF_HTTP_ADDRESS="
                                + address + " TF_HTTP_LOCK_ADDRESS=" + address
                                + " TF_HTTP_UNLOCK_ADDRESS=" + address);
    }

    @Test
    void aPathWithSpacesAndQuotesStaysOneWord() {
        assertThat(in("/home/a da/o'b").lines("FreeBSD").getFirst())
                .isEqualTo("export SSL_CERT_FILE='/home/a da/o'\\''b/bundle.pem'");
    }

    @Test
    void elsewhereTheSystemTrustsTheCertificate() {
        assertThat(in("/Users/ada/Library/Application Support/d")
                        .lines("Mac OS X")
                        .getFirst())
                .isEqualTo("security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db"
                        + " '/Users/ada/Library/Application Support/d/cert.pem'");
        assertThat(in("/d").lines("Windows 11"))
                .satisfiesExactly(
                        trust -> assertThat(trust).isEqualTo("certutil -user -addstore Root '/d/cert.pem'"),
                        variables -> assertThat(variables)
                                .startsWith(
                                        "$env:TF_CLOUD_HOSTNAME='localhost:9443'; $env:TF_CLOUD_ORGANIZATION='demo'; ")
                                .contains("; $env:TF_HTTP_ADDRESS='https://localhost:9443/terraform/demo'; "));
    }
}
