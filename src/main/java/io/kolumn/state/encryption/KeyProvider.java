package io.kolumn.state.encryption;

import io.kolumn.state.StateException.Unavailable;
import java.util.Optional;

/**
 * Wraps the keys of states by keys of its own, which it shows to nobody. One of them is active: it wraps; all that it knows
 * unwrap. A key that is no longer known is an answer, a provider that is away is {@link Unavailable}. Safe for use by many
 * threads. Neither {@code toString} nor any message holds a key.
 */
public interface KeyProvider extends AutoCloseable {

    /**
     * A key of a state as it may be seen by anybody.
     *
     * @param key the id of the key that wrapped it, of printable ASCII without blanks
     * @param text what the provider needs to unwrap it, in ASCII
     */
    record Wrapped(String key, String text) {

        public Wrapped {
            if (!key.matches("[!-~]{1,200}") || !text.matches("[!-~]+")) {
                throw new IllegalArgumentException("Not a wrapped key, of key '" + key + "'");
            }
        }
    }

    /** The id of the key that wraps now; perhaps as it was a little while ago. */
    String active();

    /**
     * Wraps by the active key.
     *
     * @param bound what the same bytes are needed of to unwrap it again
     */
    Wrapped wrap(byte[] secret, byte[] bound);

    /**
     * The bytes that were wrapped; empty if the key that wrapped them is not known here.
     *
     * @throws Unavailable if the provider cannot answer, or what was wrapped was altered or bound to something else
     */
    Optional<byte[]> unwrap(Wrapped wrapped, byte[] bound);

    /** Frees what it holds. */
    @Override
    void close();
}
