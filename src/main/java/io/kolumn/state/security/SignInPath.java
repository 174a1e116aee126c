package io.kolumn.state.security;

import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Opened;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.http.ErrorFormat;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where people sign in, how they get there and back, and the cookie of their session. */
public final class SignInPath {

    /** The page itself, which everybody may see. */
    public static final String PATH = ErrorFormat.PAGES_ROOT + "/sign-in";

    /** Sends a browser to an issuer. */
    public static final String ISSUER = PATH + "/issuer";

    /** The address to which an issuer sends a browser back. */
    public static final String CALLBACK = PATH + "/callback";

    /** The cookie of a session: sealed credentials, which are verified with each request. */
    public static final String COOKIE = "kolumn-session";

    /** The parameter of the page that says why somebody was led there. */
    public static final String WHY = "why";

    /** The credential of the session is not valid here, or not any more. */
    public static final String REFUSED = "refused";

    /** The session has ended. */
    public static final String ENDED = "ended";

    private static final int LONGEST = 2_000;

    private SignInPath() {}

    /** Returns whether it is one of the pages that everybody may see, for they begin a session. */
    static boolean begins(@Nullable String path) {
        return PATH.equals(path) || ISSUER.equals(path) || CALLBACK.equals(path);
    }

    /** Returns the {@code Authorization} of the session, or null if there is none or it has ended. */
    static @Nullable String authorization(HttpServerRequest request, SealedCredentials sealed) {
        return opened(request, sealed).map(Opened::authorization).orElse(null);
    }

    private static Optional<Opened> opened(HttpServerRequest request, SealedCredentials sealed) {
        Cookie session = request.getCookie(COOKIE);
        return session == null ? Optional.empty() : sealed.open(Purpose.SESSION, session.getValue());
    }

    /**
     * Leads a browser without a session to the page, which leads back to what was asked for. Every form has the address at
     * which it is sent, so what was a form is that form again.
     */
    static void lead(RoutingContext context, SealedCredentials sealed) {
        HttpServerRequest request = context.request();
        boolean part = request.getHeader("HX-Request") != null;
        String back = part ? request.getHeader("HX-Current-URL") : request.uri();
        String address = PATH + "?next=" + URLEncoder.encode(within(back), StandardCharsets.UTF_8)
                + (request.getCookie(COOKIE) == null
                        ? ""
                        : "&" + WHY + "=" + (opened(request, sealed).isPresent() ? REFUSED : ENDED));
        if (!request.method().equals(HttpMethod.GET) && request.version() != HttpVersion.HTTP_2) {
            context.response().putHeader("Connection", "close"); // what comes of the form is not waited for
        }
        if (part) {
            context.response()
                    .setStatusCode(401)
                    .putHeader("HX-Redirect", address)
                    .end();
        } else {
            context.response().setStatusCode(303).putHeader("Location", address).end();
        }
    }

    /** Returns the address if it is one of the pages here, else that of the first page. */
    public static String within(@Nullable String address) {
        if (address == null || address.length() > LONGEST) {
            return ErrorFormat.PAGES_ROOT;
        }
        try {
            URI asked = URI.create(address);
            String path = asked.getRawPath();
            if (path == null
                    || ErrorFormat.of(path) != ErrorFormat.PAGE
                    || path.contains("//")
                    || path.equals(PATH)
                    || path.startsWith(PATH + "/")) {
                return ErrorFormat.PAGES_ROOT;
            }
            return asked.getRawQuery() == null ? path : path + "?" + asked.getRawQuery();
        } catch (IllegalArgumentException e) {
            return ErrorFormat.PAGES_ROOT;
        }
    }
}
