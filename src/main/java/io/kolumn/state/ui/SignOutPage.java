package io.kolumn.state.ui;

import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.http.RequestBodies;
import io.kolumn.state.security.SignInPath;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui/sign-out}: ends a session of the browser. */
@Path("/ui/sign-out")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class SignOutPage {

    private final Sessions sessions;
    private final FormTokens tokens;
    private final CallerSource callers;
    private final RequestBodies bodies;

    SignOutPage(Sessions sessions, FormTokens tokens, CallerSource callers, RequestBodies bodies) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.callers = callers;
        this.bodies = bodies;
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> signOut(InputStream body, @Context HttpHeaders headers) throws IOException {
        Form form = Form.parse(bodies.small(body, headers, Form.MAX_SIZE));
        tokens.check(form, callers.caller().subject());
        String issuer = sessions.issuer();
        RestResponse<String> answer =
                Pages.lead(issuer.isEmpty() ? SignInPath.PATH : Links.of(SignInPath.PATH, Map.of("out", issuer)));
        answer.getHeaders().add(HttpHeaders.SET_COOKIE, sessions.end());
        return answer;
    }
}
