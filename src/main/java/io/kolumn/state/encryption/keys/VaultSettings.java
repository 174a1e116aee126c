package io.kolumn.state.encryption.keys;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the transit engine of Vault is, and who asks it.
 *
 * @param address such as {@code https://vault.example.org:8200}
 * @param mount the path at which the engine is mounted, such as {@code transit}
 * @param key the name of the key that wraps
 * @param token of the service; null if it is in a file
 * @param tokenFile a file with nothing but the token, read for each request, so that an agent may renew it
 * @param namespace of Vault Enterprise; null for none
 * @param timeout for one request
 */
public record VaultSettings(
        URI address,
        String mount,
        String key,
        @Nullable String token,
        @Nullable Path tokenFile,
        @Nullable String namespace,
        Duration timeout) {

    public VaultSettings {
        if ((token == null) == (tokenFile == null)) {
            throw new IllegalArgumentException("Either a token or a file with it");
        }
    }

    /** Never shows the token. */
    @Override
    public String toString() {
        return "Vault at " + address + ", key " + mount + "/" + key;
    }
}
