package io.kolumn.state.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The authorities that this machine trusts, and one more. {@code SSL_CERT_FILE} takes the place of the system's file, so a
 * file with one certificate alone would leave a client without all others. The first line of a bundle names its source.
 */
final class TrustBundle {

    static final String VARIABLE = "SSL_CERT_FILE";

    /** Where systems keep theirs: Debian, Fedora, openSUSE, RHEL, and Alpine and the BSDs. */
    private static final List<String> SYSTEM = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/ssl/cert.pem");

    private static final String SOURCE = "# The authorities of ";

    private final Path file;
    private final Map<String, String> environment;
    private final List<String> system;

    TrustBundle(Path file, Map<String, String> environment) {
        this(file, environment, SYSTEM);
    }

    /** @param system the places of the system's own, the first that is there counts */
    TrustBundle(Path file, Map<String, String> environment, List<String> system) {
        this.file = file;
        this.environment = environment;
        this.system = system;
    }

    /** The text of the bundle with a certificate; that alone if the system has no file. */
    String with(String certificate) throws IOException {
        Optional<Path> source = source();
        if (source.isEmpty()) {
            return certificate;
        }
        String authorities = Files.readString(source.get(), StandardCharsets.ISO_8859_1);
        return SOURCE + source.get() + "\n" + authorities + (authorities.endsWith("\n") ? "" : "\n") + certificate;
    }

    /** What the environment names, unless that is a bundle of ours: then what that was made of. */
    private Optional<Path> source() throws IOException {
        Optional<Path> named = path(environment.getOrDefault(VARIABLE, ""));
        if (named.isPresent() && named.get().toAbsolutePath().equals(file.toAbsolutePath())) {
            named = madeOf(named.get());
        }
        return Stream.concat(named.stream(), system.stream().map(Path::of))
                .filter(Files::isReadable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static Optional<Path> madeOf(Path bundle) throws IOException {
        if (!Files.isReadable(bundle)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(bundle, StandardCharsets.ISO_8859_1)) {
            return lines.findFirst()
                    .filter(line -> line.startsWith(SOURCE))
                    .flatMap(line -> path(line.substring(SOURCE.length())));
        }
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.strip()));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
