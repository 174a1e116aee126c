package io.kolumn.state.encryption;

import java.time.Duration;

/**
 * How documents are encrypted.
 *
 * @param write whether new documents are encrypted; if not, those that are encrypted are still read
 * @param readPlain whether a document that is not encrypted is read
 * @param compression before it
 * @param keysKept how long an unwrapped key of a state stays in memory
 */
public record EncryptionSettings(boolean write, boolean readPlain, Compression compression, Duration keysKept) {

    public static EncryptionSettings defaults() {
        return new EncryptionSettings(true, true, Compression.NONE, Duration.ofMinutes(5));
    }
}
