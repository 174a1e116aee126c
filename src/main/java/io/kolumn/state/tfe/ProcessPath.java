package io.kolumn.state.tfe;

import io.kolumn.state.http.ErrorFormat;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * The base path that discovery gives to each process, {@code /api/v2/p/<id>/}. It is neither secret nor a proof; it only tells two
 * processes of one subject apart. Resources see the path without it, and a client that accepts everything: answers have one type.
 */
@Singleton
final class ProcessPath {

    /** Where the id of the process is kept for this request; nothing is there for a client without one. */
    static final String KEY = ProcessPath.class.getName();

    private static final String ROOT = ErrorFormat.JSON_API_ROOT + "/p/";
    private static final Pattern PATH = Pattern.compile(ROOT + "([0-9a-f]{32})(/.*)");

    /** Returns a new base path. */
    String next() {
        byte[] id = new byte[16];
        new SecureRandom().nextBytes(id); // not of a field: a filter is made when a native binary is built
        return ROOT + HexFormat.of().formatHex(id) + "/";
    }

    @ServerRequestFilter(preMatching = true, nonBlocking = true)
    void take(ContainerRequestContext request, RoutingContext context) {
        String path = context.request().path();
        if (ErrorFormat.of(path) != ErrorFormat.JSON_API) {
            return;
        }
        context.request().headers().set(HttpHeaders.ACCEPT, MediaType.WILDCARD);
        Matcher matcher = PATH.matcher(path);
        if (matcher.matches()) {
            context.put(KEY, matcher.group(1));
            UriInfo asked = request.getUriInfo();
            String query = asked.getRequestUri().getRawQuery();
            request.setRequestUri(
                    URI.create(ErrorFormat.JSON_API_ROOT + matcher.group(2) + (query == null ? "" : "?" + query)));
        }
    }
}
