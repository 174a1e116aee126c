package io.kolumn.state.security;

import io.kolumn.state.http.ErrorFormat;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where people sign in, and how they get there and back. */
public final class SignInPath {

    /** The page itself, which everybody may see. */
    public static final String PATH = ErrorFormat.PAGES_ROOT + "/sign-in";

    private static final int LONGEST = 2_000;

    private SignInPath() {}

    /**
     * Leads a browser without a session to the page, which leads back to what was asked for. Every form has the address at
     * which it is sent, so what was a form is that form again.
     */
    static void lead(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean part = request.getHeader("HX-Request") != null;
        String back = part ? request.getHeader("HX-Current-URL") : request.uri();
        String address = PATH + "?next=" + URLEncoder.encode(within(back), StandardCharsets.UTF_8);
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
            if (path == null || ErrorFormat.of(path) != ErrorFormat.PAGE || path.contains("//") || path.equals(PATH)) {
                return ErrorFormat.PAGES_ROOT;
            }
            return asked.getRawQuery() == null ? path : path + "?" + asked.getRawQuery();
        } catch (IllegalArgumentException e) {
            return ErrorFormat.PAGES_ROOT;
        }
    }
}
