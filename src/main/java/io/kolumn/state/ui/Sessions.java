package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Opened;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.access.SignInIssuer;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.security.SignInPath;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Sessions of the pages: credentials that a browser keeps sealed, and sends to the pages alone. */
@Singleton
final class Sessions {

    /** Browsers keep no longer ones. */
    private static final int LARGEST_COOKIE = 4_000;

    private final SealedCredentials sealed;
    private final CurrentVertxRequest requests;
    private final Address address;
    private final Clock clock;
    private final Duration life;

    Sessions(
            SealedCredentials sealed,
            CurrentVertxRequest requests,
            Address address,
            Clock clock,
            ServiceConfig config) {
        this.clock = clock;
        this.sealed = sealed;
        this.requests = requests;
        this.address = address;
        this.life = config.pagesSession();
    }

    /** Returns whether the request came with a session. */
    boolean present() {
        HttpServerRequest request = requests.getCurrent().request();
        return request.getCookie(SignInPath.COOKIE) != null && request.getHeader("Authorization") == null;
    }

    /**
     * Returns the cookie of a new session with what was typed; whether that is valid shows with the next request.
     *
     * @throws Invalid if it can be no credential, or is too long for a cookie
     */
    String begin(Form form) {
        return cookie(authorization(form), life, "")
                .orElseThrow(
                        () -> new Invalid(
                                "The token is too long for a session in a browser. Use a shorter one, such as a personal token."));
    }

    /**
     * Returns the cookie of a new session by an issuer, or empty if the token is too long for one.
     *
     * @param end when the token ends, and the session with it at the latest
     */
    Optional<String> begin(SignInIssuer issuer, String token, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        return cookie("Bearer " + token, left.compareTo(life) < 0 ? left : life, issuer.name());
    }

    private Optional<String> cookie(String authorization, Duration age, String issuer) {
        String cookie =
                SignInPath.COOKIE + "=" + sealed.seal(Purpose.SESSION, authorization, age, issuer) + attributes(age);
        return cookie.length() > LARGEST_COOKIE ? Optional.empty() : Optional.of(cookie);
    }

    /** Returns the name of the issuer by which the session of the request began; empty for every other one. */
    String issuer() {
        Cookie session = requests.getCurrent().request().getCookie(SignInPath.COOKIE);
        return session == null
                ? ""
                : sealed.open(Purpose.SESSION, session.getValue())
                        .map(Opened::content)
                        .orElse("");
    }

    /** Returns the cookie that ends a session. */
    String end() {
        return SignInPath.COOKIE + "=" + attributes(Duration.ZERO);
    }

    private static String authorization(Form form) {
        String token = form.get("secret").strip();
        String user = form.get("user").strip();
        if (token.isEmpty() == user.isEmpty()) {
            throw new Invalid("Give a token, or a user with password.");
        }
        if (!token.isEmpty()) {
            if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new Invalid("This is not a token. A token has no spaces, and only ASCII characters.");
            }
            return "Bearer " + token;
        }
        String pair = user + ":" + form.get("password");
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private String attributes(Duration age) {
        return "; Path=" + ErrorFormat.PAGES_ROOT + "; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (address.secure() ? "; Secure" : "");
    }
}
