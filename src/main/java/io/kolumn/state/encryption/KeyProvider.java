package io.kolumn.state.encryption;

import io.kolumn.state.StateException.Unavailable;
import java.util.Optional;

/**
 * Wraps the keys of states with its own keys, which never leave it. One of them is active and wraps; all known keys
 * unwrap. An unknown key is a result, an unavailable provider is {@link Unavailable}. Safe for use by many threads.
 * Neither {@code toString} nor messages contain a key.
 */
public interface KeyProvider extends AutoCloseable {

    /**
     * A wrapped key of a state, which is not secret.
     *
     * @param key the id of the wrapping key, in printable ASCII without blanks
     * @param text the wrapped key for the provider, in ASCII
     */
    record Wrapped(String key, String text) {

        public Wrapped {
            if (!key.matches("[!-~]{1,200}") || !text.matches("[!-~]+")) {
                throw new IllegalArgumentException("Not a wrapped key, of key '" + key + "'");
            }
        }
    }

    /** Returns the id of the active key, perhaps slightly outdated. */
    String active();

    /**
     * Wraps a key with the active key.
     *
     * @param aad associated data; unwrapping requires the same bytes
     */
    Wrapped wrap(byte[] secret, byte[] aad);

    /**
     * Unwraps a key; empty if its wrapping key is unknown.
     *
     * @throws Unavailable if the provider is unavailable, or the wrapped key was altered or has other associated data
     */
    Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad);

    /** Releases the resources. */
    @Override
    void close();
}
