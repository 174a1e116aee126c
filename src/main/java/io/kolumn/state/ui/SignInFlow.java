package io.kolumn.state.ui;

import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Opened;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.access.SignInIssuer;
import io.kolumn.state.security.SignInPath;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.Cookie;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * What a sign-in by an issuer began with, sealed in a cookie of the browser until that comes back. The issuer sends it back
 * from another site, so the cookie is {@code SameSite=Lax}: it proves nothing but that the sign-in began here.
 */
@Singleton
final class SignInFlow {

    static final String COOKIE = "kolumn-sign-in";

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int RANDOM = 32;
    private static final String SEPARATOR = "\n";

    /**
     * A sign-in that is under way.
     *
     * @param issuer its name in the configuration
     * @param state what the issuer gives back
     * @param nonce what its ID token must hold
     * @param verifier of the challenge
     * @param next the page to go to, which is one of those here
     */
    record Begun(String issuer, String state, String nonce, String verifier, String next) {

        SignInIssuer.Challenge challenge() {
            return new SignInIssuer.Challenge(state, nonce, sha256(verifier));
        }

        SignInIssuer.Answer answer(String code) {
            return new SignInIssuer.Answer(code, nonce, verifier);
        }

        /** Whether the state is that of this sign-in. */
        boolean owns(String given) {
            return MessageDigest.isEqual(
                    state.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Begun";
        }
    }

    private final SealedCredentials sealed;
    private final CurrentVertxRequest requests;
    private final Address address;

    SignInFlow(SealedCredentials sealed, CurrentVertxRequest requests, Address address) {
        this.sealed = sealed;
        this.requests = requests;
        this.address = address;
    }

    Begun begin(String issuer, String next) {
        SecureRandom random = new SecureRandom();
        return new Begun(issuer, text(random), text(random), text(random), next);
    }

    String cookie(Begun begun) {
        String content =
                String.join(SEPARATOR, begun.issuer(), begun.state(), begun.nonce(), begun.verifier(), begun.next());
        return COOKIE + "=" + sealed.seal(Purpose.SIGN_IN, null, LIFE, content) + attributes(LIFE);
    }

    /** Returns the cookie that ends it. */
    String end() {
        return COOKIE + "=" + attributes(Duration.ZERO);
    }

    /** Returns what the browser of the request has begun, or empty if that is nothing, or too long ago. */
    Optional<Begun> begun() {
        Cookie cookie = requests.getCurrent().request().getCookie(COOKIE);
        return cookie == null
                ? Optional.empty()
                : sealed.open(Purpose.SIGN_IN, cookie.getValue())
                        .map(Opened::content)
                        .map(SignInFlow::parse);
    }

    /** Returns the address here to which an issuer sends a browser back. */
    String callback() {
        return address.ofService() + SignInPath.CALLBACK;
    }

    private static Begun parse(String content) {
        String[] parts = content.split(SEPARATOR, -1);
        return new Begun(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }

    private String attributes(Duration age) {
        return "; Path=" + SignInPath.PATH + "; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Lax"
                + (address.secure() ? "; Secure" : "");
    }

    private static String text(SecureRandom random) {
        byte[] bytes = new byte[RANDOM];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
