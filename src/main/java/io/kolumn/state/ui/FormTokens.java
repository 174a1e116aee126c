package io.kolumn.state.ui;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.backend.CallerSource;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proofs that a form was made here and for the same caller, beside the origin that a browser names: no other site can
 * read one. A proof is good for a day; one of another replica, or of the time before a restart, leads to a new form.
 */
@Singleton
final class FormTokens {

    private static final Duration PERIOD = Duration.ofHours(12);
    private static final String MAC = "HmacSHA256";

    private final byte[] key = new byte[32];
    private final CallerSource callers;
    private final Clock clock;

    FormTokens(CallerSource callers, Clock clock) {
        this.callers = callers;
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    /** Returns a proof for the forms of the caller. */
    String issue() {
        return token(period());
    }

    /** @throws Forbidden if the form has no valid proof */
    void check(Form form) {
        byte[] sent = form.get("token").getBytes(StandardCharsets.UTF_8);
        boolean known = MessageDigest.isEqual(sent, token(period()).getBytes(StandardCharsets.UTF_8))
                || MessageDigest.isEqual(sent, token(period() - 1).getBytes(StandardCharsets.UTF_8));
        if (!known) {
            throw new Forbidden(
                    "form",
                    "The form is too old, or was not made for you here. Nothing was changed. Go back, reload the"
                            + " page, and send it again.");
        }
    }

    private long period() {
        return clock.instant().getEpochSecond() / PERIOD.toSeconds();
    }

    private String token(long period) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            byte[] proof = mac.doFinal((period + ":" + callers.caller().subject()).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
