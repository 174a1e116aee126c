package io.kolumn.state.access;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A new secret and its hash for the configuration. The secret is stored nowhere.
 *
 * @param secret for the client
 * @param hash for the configuration
 */
public record NewSecret(String secret, String hash) {

    /** The prefix of tokens, so that people and secret scanners recognize them. */
    public static final String PREFIX = "kst_";

    private static final int BYTES = 32;

    /** Creates a token of 256 random bits. */
    public static NewSecret token(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new NewSecret(secret, SecretHash.ofToken(secret).text());
    }

    /** Hashes a chosen password. */
    public static NewSecret password(String chosen, SecureRandom random) {
        return new NewSecret(chosen, SecretHash.ofPassword(chosen, random).text());
    }

    /** Returns a text without the secret. */
    @Override
    public String toString() {
        return "NewSecret[" + hash + "]";
    }
}
