package io.kolumn.state.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The id of a request: that of whoever passed it on, or a new one. The answer carries it. */
public final class RequestIds {

    public static final String HEADER = "X-Request-Id";

    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestIds() {}

    public static String of(RoutingContext context) {
        String known = context.response().headers().get(HEADER);
        if (known != null) {
            return known;
        }
        String given = context.request().getHeader(HEADER);
        String id = given != null && FIT.matcher(given).matches()
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        context.response().putHeader(HEADER, id);
        return id;
    }
}
