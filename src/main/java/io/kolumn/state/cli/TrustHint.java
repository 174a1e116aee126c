package io.kolumn.state.cli;

import io.kolumn.state.certificate.DevCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a person has to do to use a service with a certificate of its machine: to trust it, and to name it.
 *
 * @param certificate that of the service
 * @param port of HTTPS
 */
record TrustHint(DevCertificate certificate, int port) {

    /** To be typed into a shell as they are; the configuration then has {@code backend "http" {}} alone. */
    List<String> lines() {
        return lines(System.getProperty("os.name", ""));
    }

    List<String> lines(String system) {
        String os = system.toLowerCase(Locale.ROOT);
        String address = "https://localhost:" + port + "/terraform/demo";
        List<String> names = List.of("TF_HTTP_ADDRESS", "TF_HTTP_LOCK_ADDRESS", "TF_HTTP_UNLOCK_ADDRESS");
        String variables = os.startsWith("windows")
                ? names.stream()
                        .map(name -> "$env:" + name + "='" + address + "'")
                        .collect(Collectors.joining("; "))
                : names.stream().map(name -> name + "=" + address).collect(Collectors.joining(" ", "export ", ""));
        return List.of(trust(os), variables);
    }

    /** Programs in Go read no file on macOS and Windows: there the system itself has to trust the certificate. */
    private String trust(String system) {
        if (system.startsWith("mac")) {
            return "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db "
                    + quoted(certificate.certificate());
        }
        return system.startsWith("windows")
                ? "certutil -user -addstore Root '" + certificate.certificate() + "'"
                : "export SSL_CERT_FILE=" + quoted(certificate.bundle());
    }

    /** For a shell. */
    private static String quoted(Path file) {
        String text = file.toString();
        return text.matches("[\\w./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
