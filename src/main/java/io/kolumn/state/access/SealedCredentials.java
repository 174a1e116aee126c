package io.kolumn.state.access;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Credentials in a text that only this service can read, for requests that cannot send a header. The text has an end and one
 * purpose. It proves nothing by itself: its credentials are verified with each request, so that a revoked token ends it too.
 *
 * <p>A text is base64url of a nonce (12 bytes) and AES-256-GCM. The purpose is authenticated with it.
 */
public final class SealedCredentials {

    /** What a text is good for. */
    public enum Purpose {
        /** One upload of a document. */
        UPLOAD,
        /** A session of the pages. */
        SESSION,
        /** A form of the pages, which holds no credentials: only whose it is. */
        FORM,
        /** A sign-in by an issuer that is under way, which holds no credentials: only what it began with. */
        SIGN_IN
    }

    /**
     * What a text holds.
     *
     * @param authorization the value of the header; null if there was none
     * @param content what was sealed beside it
     */
    public record Opened(@Nullable String authorization, String content) {
        @Override
        public String toString() {
            return "Opened";
        }
    }

    /** The fewest characters of a configured secret. */
    public static final int LEAST_SECRET = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final List<SecretKeySpec> keys;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    private SealedCredentials(List<SecretKeySpec> keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Returns what seals with the first secret and opens with each of them. Without a secret there is a random one, which ends
     * with this process.
     */
    public static SealedCredentials of(List<String> secrets, Clock clock) {
        if (secrets.isEmpty()) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            return new SealedCredentials(List.of(new SecretKeySpec(key, "AES")), clock);
        }
        return new SealedCredentials(
                secrets.stream().map(SealedCredentials::key).toList(), clock);
    }

    private static SecretKeySpec key(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return new SecretKeySpec(digest.digest(secret.getBytes(StandardCharsets.UTF_8)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Returns the text, in base64url.
     *
     * @param authorization the value of the header; null if there is none
     */
    public String seal(Purpose purpose, @Nullable String authorization, Duration life, String content) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, purpose)
                    .doFinal(plain(clock.instant().plus(life), authorization, content));
            ByteArrayOutputStream text = new ByteArrayOutputStream(NONCE + sealed.length);
            text.writeBytes(nonce);
            text.writeBytes(sealed);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(text.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM", e);
        }
    }

    /** Returns what a text holds, or empty if it was altered, has ended, or is of another purpose or key. */
    public Optional<Opened> open(Purpose purpose, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= NONCE) {
            return Optional.empty();
        }
        return keys.stream()
                .flatMap(key -> plain(purpose, key, bytes).stream())
                .findFirst()
                .flatMap(this::opened);
    }

    private static Optional<byte[]> plain(Purpose purpose, SecretKeySpec key, byte[] bytes) {
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, key, bytes, purpose).doFinal(bytes, NONCE, bytes.length - NONCE));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] text, Purpose purpose)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, text, 0, NONCE));
        cipher.updateAAD(purpose.name().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static byte[] plain(Instant end, @Nullable String authorization, String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(end.toEpochMilli());
            out.writeBoolean(authorization != null);
            if (authorization != null) {
                out.writeUTF(authorization);
            }
            out.writeUTF(content);
        } catch (IOException e) {
            throw new IllegalArgumentException("The credentials or the content are too long to be sealed", e);
        }
        return bytes.toByteArray();
    }

    private Optional<Opened> opened(byte[] plain) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            if (!clock.instant().isBefore(Instant.ofEpochMilli(in.readLong()))) {
                return Optional.empty();
            }
            String authorization = in.readBoolean() ? in.readUTF() : null;
            return Optional.of(new Opened(authorization, in.readUTF()));
        } catch (IOException e) {
            throw new IllegalStateException("A sealed text of this service cannot be read", e);
        }
    }
}
