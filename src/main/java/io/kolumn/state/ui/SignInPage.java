package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.http.RequestBodies;
import io.kolumn.state.security.SignInPath;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/sign-in}: takes a token, or a user with password, and begins a session. */
@Path("/ui/sign-in")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class SignInPage {

    private final Pages pages;
    private final Sessions sessions;
    private final FormTokens tokens;
    private final RequestBodies bodies;
    private final boolean proofNeeded;

    SignInPage(Pages pages, Sessions sessions, FormTokens tokens, RequestBodies bodies, ServiceConfig config) {
        this.pages = pages;
        this.sessions = sessions;
        this.tokens = tokens;
        this.bodies = bodies;
        this.proofNeeded = config.authenticates();
    }

    /**
     * What the page shows.
     *
     * @param next the page to go to
     * @param action the address to which a form is sent
     * @param passing whether the browser came from elsewhere and left its session behind, so that it only has to ask again
     * @param refused why the caller is here again; null for the first time
     */
    public record View(
            String next,
            String action,
            boolean passing,
            @Nullable String refused) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestQuery @Nullable String next, @RestQuery @Nullable String why, @Context HttpHeaders headers) {
        if (!proofNeeded) {
            return Pages.lead(ErrorFormat.PAGES_ROOT);
        }
        boolean passing = why == null && "cross-site".equals(headers.getHeaderString("Sec-Fetch-Site"));
        String refused = why == null
                ? null
                : why.equals(SignInPath.ENDED)
                        ? "Your session has ended. Sign in to go on."
                        : "What you gave is not valid here, or not any more.";
        RestResponse<String> page = page(RestResponse.Status.OK, next, passing, refused);
        if (why != null) {
            page.getHeaders().add(HttpHeaders.SET_COOKIE, sessions.end());
        }
        return page;
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> signIn(@RestQuery @Nullable String next, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        Form form = Form.parse(bodies.small(body, headers, Form.MAX_SIZE));
        tokens.check(form, "");
        try {
            RestResponse<String> answer = Pages.lead(SignInPath.within(next));
            answer.getHeaders().add(HttpHeaders.SET_COOKIE, sessions.begin(form));
            return answer;
        } catch (Invalid wrong) {
            return page(RestResponse.Status.BAD_REQUEST, next, false, wrong.getMessage());
        }
    }

    private RestResponse<String> page(
            RestResponse.Status status, @Nullable String next, boolean passing, @Nullable String refused) {
        String to = SignInPath.within(next);
        View view = new View(to, Links.of(SignInPath.PATH, Map.of("next", to)), passing, refused);
        return pages.entrance(status, frame -> Templates.signIn(frame, view));
    }
}
