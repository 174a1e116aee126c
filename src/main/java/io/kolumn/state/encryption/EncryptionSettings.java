package io.kolumn.state.encryption;

import java.time.Duration;

/**
 * The settings of encryption.
 *
 * @param write whether to encrypt new documents; encrypted ones are always decrypted
 * @param readPlain whether to read plain documents
 * @param compression before encryption
 * @param keysKept how long an unwrapped key of a state stays in memory
 */
public record EncryptionSettings(boolean write, boolean readPlain, Compression compression, Duration keysKept) {

    public static EncryptionSettings defaults() {
        return new EncryptionSettings(true, true, Compression.NONE, Duration.ofMinutes(5));
    }
}
