package io.kolumn.state.events;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that signs what is posted, as Standard Webhooks has it: HMAC-SHA256 over id, time and body with dots in
 * between.
 */
public final class WebhookKey {

    /** What stands before a secret that is base64. */
    static final String PREFIX = "whsec_";

    private static final int LEAST = 24;

    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] secret;

    private WebhookKey(byte[] secret) {
        this.secret = secret;
    }

    /**
     * Reads a secret: base64 behind {@value #PREFIX}, or any other text as it is.
     *
     * @throws IllegalArgumentException if it is not base64, or has fewer than 24 bytes; it does not contain the secret
     */
    public static WebhookKey parse(String text) {
        byte[] secret;
        if (text.startsWith(PREFIX)) {
            try {
                secret = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("is not base64 behind " + PREFIX);
            }
        } else {
            secret = text.getBytes(StandardCharsets.UTF_8);
        }
        if (secret.length < LEAST) {
            throw new IllegalArgumentException(
                    "has fewer than " + LEAST + " bytes. Make one with: echo \"whsec_$(openssl rand -base64 32)\"");
        }
        return new WebhookKey(secret);
    }

    /** Returns the value of {@code webhook-signature}. */
    String signature(String id, long seconds, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] signed = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
