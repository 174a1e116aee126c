package io.kolumn.state.encryption;

import io.kolumn.state.StateStore;
import io.kolumn.state.encryption.keys.LocalKeys;
import java.time.Clock;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Stores that encrypt, with keys of the tests' own. */
public final class EncryptedStores {

    private EncryptedStores() {}

    /** Encrypts with one key. */
    public static EncryptedStore over(StateStore store) {
        return over(store, "2026-11");
    }

    /** Encrypts with the first of these keys; the same name is the same key everywhere. */
    static EncryptedStore over(StateStore store, String... names) {
        return over(store, EncryptionSettings.defaults(), names);
    }

    static EncryptedStore over(StateStore store, EncryptionSettings settings, String... names) {
        return new EncryptedStore(store, keys(names), settings, Clock.systemUTC());
    }

    static LocalKeys keys(String... names) {
        return LocalKeys.of(text(names));
    }

    /** As a file of keys has it. */
    static String text(String... names) {
        return Stream.of(names).map(name -> name + "=" + base64(name)).collect(Collectors.joining("\n"));
    }

    /** The secret of a key. */
    static String base64(String name) {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (name.hashCode() >> (i % 4 * 8) ^ i * 37);
        }
        return Base64.getEncoder().encodeToString(secret);
    }
}
