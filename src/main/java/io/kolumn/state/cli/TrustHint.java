package io.kolumn.state.cli;

import io.kolumn.state.certificate.DevCertificate;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a person has to do to use a service with a certificate of its machine: to trust it, and to name it.
 *
 * @param certificate that of the service
 * @param port of HTTPS
 */
record TrustHint(DevCertificate certificate, int port) {

    /**
     * To be typed into a shell as they are. A configuration then needs no address: {@code backend "http" {}}, or a
     * {@code cloud} block with the name of a workspace.
     */
    List<String> lines() {
        return lines(System.getProperty("os.name", ""));
    }

    List<String> lines(String system) {
        String os = system.toLowerCase(Locale.ROOT);
        boolean windows = os.startsWith("windows");
        String variables = variables().entrySet().stream()
                .map(variable -> windows
                        ? "$env:" + variable.getKey() + "='" + variable.getValue() + "'"
                        : variable.getKey() + "=" + variable.getValue())
                .collect(Collectors.joining(windows ? "; " : " ", windows ? "" : "export ", ""));
        return List.of(trust(os), variables);
    }

    /** By their names, as Terraform and OpenTofu read them. Tokens are not among them: a variable cannot name a port. */
    private Map<String, String> variables() {
        String host = "localhost:" + port;
        String address = "https://" + host + "/terraform/demo";
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("TF_CLOUD_HOSTNAME", host);
        variables.put("TF_CLOUD_ORGANIZATION", "demo");
        variables.put("TF_HTTP_ADDRESS", address);
        variables.put("TF_HTTP_LOCK_ADDRESS", address);
        variables.put("TF_HTTP_UNLOCK_ADDRESS", address);
        return variables;
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
