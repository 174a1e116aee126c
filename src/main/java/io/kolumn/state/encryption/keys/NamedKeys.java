package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Invalid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys of 256 bits by their names; the first one is active. As text: one {@code name=key} for each line or between commas,
 * the key in base64; {@code #} begins a line that is a comment. No message and no {@code toString} holds a key.
 */
final class NamedKeys {

    private static final int BYTES = 32;

    private final Map<String, SecretKey> keys;

    private NamedKeys(Map<String, SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads keys from text in ASCII, without ever making a text of a key.
     *
     * @throws Invalid saying what is wrong in which entry, never what it holds
     */
    static NamedKeys parse(byte[] text) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        int number = 0;
        for (byte[] entry : entries(text)) {
            number++;
            if (entry.length > 0 && entry[0] != '#') {
                add(keys, entry, number);
            }
        }
        if (keys.isEmpty()) {
            throw new Invalid("there is no key. Add a line such as 2026-11=<32 random bytes in base64>");
        }
        return new NamedKeys(keys);
    }

    private static boolean isName(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    }

    /**
     * A new key as the line of a file.
     *
     * @throws Invalid if no key can have the name
     */
    static String line(String name, SecureRandom random) {
        if (!isName(name)) {
            throw new Invalid("'" + name
                    + "' is not a valid key name. Use at most 64 letters, digits, dots, dashes and underscores,"
                    + " starting with a letter or digit.");
        }
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return name + "=" + Base64.getEncoder().encodeToString(secret);
    }

    private static void add(Map<String, SecretKey> keys, byte[] entry, int number) {
        int equals = 0;
        while (equals < entry.length && entry[equals] != '=') {
            equals++;
        }
        String name = new String(entry, 0, equals, StandardCharsets.ISO_8859_1).strip();
        if (equals == entry.length || !isName(name)) {
            throw new Invalid("entry " + number + " is not name=key, with a name of letters, digits, dots, dashes and"
                    + " underscores and a key in base64");
        }
        byte[] secret = secret(stripped(entry, equals + 1, entry.length));
        if (secret.length != BYTES) {
            // Without the name: of a line that is a key alone it would be the key.
            throw new Invalid("the key of entry " + number
                    + " is not 32 bytes in base64after the name and the equals sign; create them with openssl rand"
                    + " -base64 32");
        }
        if (keys.put(name, new SecretKeySpec(secret, "AES")) != null) {
            throw new Invalid("key '" + name + "' is given twice");
        }
    }

    /** Empty if it is not base64. */
    private static byte[] secret(byte[] base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static List<byte[]> entries(byte[] text) {
        List<byte[]> entries = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n' || text[i] == ',') {
                entries.add(stripped(text, start, i));
                start = i + 1;
            }
        }
        return entries;
    }

    private static byte[] stripped(byte[] text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && text[start] <= ' ') {
            start++;
        }
        while (end > start && text[end - 1] <= ' ') {
            end--;
        }
        return Arrays.copyOfRange(text, start, end);
    }

    String active() {
        return keys.keySet().iterator().next();
    }

    Optional<SecretKey> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    @Override
    public String toString() {
        return keys.keySet().toString();
    }
}
