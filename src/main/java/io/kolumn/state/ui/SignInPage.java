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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/sign-in}: takes a token, or a user with password, and begins a session. */
@Path("/ui/sign-in")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class SignInPage {

    private final SignInViews views;
    private final Sessions sessions;
    private final FormTokens tokens;
    private final RequestBodies bodies;
    private final boolean proofNeeded;

    SignInPage(SignInViews views, Sessions sessions, FormTokens tokens, RequestBodies bodies, ServiceConfig config) {
        this.views = views;
        this.sessions = sessions;
        this.tokens = tokens;
        this.bodies = bodies;
        this.proofNeeded = config.authenticates();
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestQuery @Nullable String next,
            @RestQuery @Nullable String why,
            @RestQuery @Nullable String out,
            @Context HttpHeaders headers) {
        if (!proofNeeded) {
            return Pages.lead(ErrorFormat.PAGES_ROOT);
        }
        if (out != null) {
            return views.signedOut(out);
        }
        if (why == null) {
            boolean passing = "cross-site".equals(headers.getHeaderString("Sec-Fetch-Site"));
            return passing ? views.passing(next) : views.ask(RestResponse.Status.OK, next, null);
        }
        RestResponse<String> page = views.ask(
                RestResponse.Status.OK,
                next,
                why.equals(SignInPath.ENDED)
                        ? "Your session has ended. Sign in to go on."
                        : "What you gave is not valid here, or not any more.");
        page.getHeaders().add(HttpHeaders.SET_COOKIE, sessions.end());
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
            return views.ask(RestResponse.Status.BAD_REQUEST, next, wrong.getMessage());
        }
    }
}
