package io.kolumn.state.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a secret: {@code pbkdf2-sha256:<iterations>:<salt>:<hash>} of a password, which people choose, and
 * {@code sha256:<hash>} of a token, which is long and random. No character of either needs quoting in a file, a shell or
 * the environment.
 */
final class SecretHash {

    /** What OWASP recommended in 2023 for PBKDF2 with HMAC-SHA-256. */
    private static final int ITERATIONS = 600_000;

    private static final int FEWEST = 100_000;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int BITS = 256;
    private static final String SLOW = "pbkdf2-sha256";
    private static final String QUICK = "sha256";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private SecretHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** @throws IllegalArgumentException if it is none; the message does not hold it */
    static SecretHash parse(String text) {
        String[] parts = text.split(":", -1);
        try {
            if (parts.length == 2 && parts[0].equals(QUICK)) {
                return checked(0, new byte[0], Base64.getUrlDecoder().decode(parts[1]));
            }
            if (parts.length == 4 && parts[0].equals(SLOW) && parts[1].matches("\\d{1,8}")) {
                int iterations = Integer.parseInt(parts[1]);
                if (iterations < FEWEST || iterations > MAX_ITERATIONS) {
                    throw new IllegalArgumentException(
                            "has " + iterations + " iterations; " + FEWEST + " to " + MAX_ITERATIONS + " are accepted");
                }
                return checked(
                        iterations,
                        Base64.getUrlDecoder().decode(parts[2]),
                        Base64.getUrlDecoder().decode(parts[3]));
            }
        } catch (IllegalArgumentException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("has ") ? e : malformed();
        }
        throw malformed();
    }

    private static SecretHash checked(int iterations, byte[] salt, byte[] hash) {
        if (hash.length * 8 != BITS || (iterations > 0 && salt.length < 8)) {
            throw malformed();
        }
        return new SecretHash(iterations, salt, hash);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("is not a valid hash. Create one with 'user hash' or 'token create'");
    }

    /** Of a password; each call takes another salt. */
    static SecretHash ofPassword(String password, SecureRandom random) {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        return new SecretHash(ITERATIONS, salt, slow(password, salt, ITERATIONS));
    }

    /** That no password has; comparing with it takes as long as with another. */
    static SecretHash ofNobody(SecureRandom random) {
        byte[] salt = new byte[16];
        byte[] hash = new byte[BITS / 8];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return new SecretHash(ITERATIONS, salt, hash);
    }

    /** Of a secret that is too long and random to be guessed. */
    static SecretHash ofToken(String token) {
        return new SecretHash(0, new byte[0], quick(token));
    }

    /** Whether it takes long on purpose, some tenths of a second. */
    boolean slow() {
        return iterations > 0;
    }

    /** Takes as long for a wrong secret as for the right one. */
    boolean matches(String secret) {
        byte[] other = slow() ? slow(secret, salt, iterations) : quick(secret);
        return MessageDigest.isEqual(hash, other);
    }

    private static byte[] slow(String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    static byte[] quick(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    byte[] bytes() {
        return Arrays.copyOf(hash, hash.length);
    }

    /** A text that is another one for another hash, and gives neither the hash nor its salt. */
    String mark() {
        return ENCODER.encodeToString(Arrays.copyOf(quick(text()), 12));
    }

    /** As it is written into a configuration. */
    String text() {
        return slow()
                ? SLOW + ":" + iterations + ":" + ENCODER.encodeToString(salt) + ":" + ENCODER.encodeToString(hash)
                : QUICK + ":" + ENCODER.encodeToString(hash);
    }

    /** Nothing of it: it ends up in logs. */
    @Override
    public String toString() {
        return "SecretHash[" + (slow() ? SLOW : QUICK) + "]";
    }
}
