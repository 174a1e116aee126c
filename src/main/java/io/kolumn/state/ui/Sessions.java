package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.security.SignInPath;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Sessions of the pages: credentials that a browser keeps sealed, and sends to the pages alone. */
@Singleton
final class Sessions {

    /** Browsers keep no longer ones. */
    private static final int LARGEST_COOKIE = 4_000;

    private final SealedCredentials sealed;
    private final CurrentVertxRequest requests;
    private final Address address;
    private final Duration life;

    Sessions(SealedCredentials sealed, CurrentVertxRequest requests, Address address, ServiceConfig config) {
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
        String cookie = SignInPath.COOKIE + "="
                + sealed.seal(Purpose.SESSION, authorization(form), life, "")
                + attributes(life);
        if (cookie.length() > LARGEST_COOKIE) {
            throw new Invalid(
                    "The token is too long for a session in a browser. Use a shorter one, such as a personal token.");
        }
        return cookie;
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
