package io.kolumn.state.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A secret in a file of its own, such as a mounted one. Never shown. */
final class SecretFile {

    private static final int MAX_SIZE = 64 * 1024;

    private SecretFile() {}

    /**
     * What it holds, without the space around it.
     *
     * @throws IOException if it cannot be read, is empty or is larger than any secret
     */
    static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            String secret = new String(bytes, StandardCharsets.UTF_8).strip();
            if (bytes.length > MAX_SIZE || secret.isEmpty()) {
                throw new IOException(secret.isEmpty() ? "it is empty" : "it is too large for a secret");
            }
            return secret;
        }
    }
}
