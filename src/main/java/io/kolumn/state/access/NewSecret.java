package io.kolumn.state.access;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret that was just made, and what the service needs to know of it. Nobody but who asked for it ever sees the
 * secret again.
 *
 * @param secret what the client sends
 * @param hash what goes into the configuration
 */
public record NewSecret(String secret, String hash) {

    /** What tokens of the service begin with, so that people and scanners of leaked secrets know one when they see it. */
    public static final String PREFIX = "kst_";

    private static final int BYTES = 32;

    /** A token of 256 random bits. */
    public static NewSecret token(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new NewSecret(secret, SecretHash.ofToken(secret).text());
    }

    /** A password that somebody chose. */
    public static NewSecret password(String chosen, SecureRandom random) {
        return new NewSecret(chosen, SecretHash.ofPassword(chosen, random).text());
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "NewSecret[" + hash + "]";
    }
}
