package io.kolumn.state.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.access.PersonalAccess;
import io.kolumn.state.access.PersonalToken;
import io.kolumn.state.access.PersonalTokens;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/tokens}: the personal tokens of the caller, and for administrators those of all. */
@Path("/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Access")
final class TokensResource {

    private final CurrentCaller callers;
    private final Identities identities;
    private final AuditTrail audit;
    private final RequestBodies bodies;
    private final Clock clock;

    TokensResource(CurrentCaller callers, Identities identities, AuditTrail audit, RequestBodies bodies, Clock clock) {
        this.callers = callers;
        this.identities = identities;
        this.audit = audit;
        this.bodies = bodies;
        this.clock = clock;
    }

    /** A token as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "PersonalToken",
            requiredProperties = {"id", "name", "identity", "ending", "created", "expires", "expired"})
    record TokenView(
            String id,
            String name,

            @Schema(description = "Whose token it is", examples = "user/ada")
            String identity,

            @Schema(description = "The last characters of the token", examples = "x3Qk")
            String ending,

            Instant created,
            Instant expires,
            boolean expired,

            @Schema(description = "The token itself, in the answer to its creation alone") @Nullable
            String token) {

        static TokenView of(PersonalToken token, @Nullable String secret, Instant now) {
            return new TokenView(
                    token.id(),
                    token.name(),
                    token.owner().subject(),
                    token.ending(),
                    token.created(),
                    token.expires(),
                    token.owner().expired(now),
                    secret);
        }
    }

    /** Tokens as JSON. */
    @Schema(name = "PersonalTokenList", requiredProperties = "tokens")
    record TokenList(List<TokenView> tokens) {}

    @GET
    @Operation(
            operationId = "listTokens",
            summary = "List your personal tokens",
            description = "Oldest first. A token is listed until a week after its expiry.")
    @Parameter(
            name = "all",
            in = ParameterIn.QUERY,
            description = "Tokens of all identities; requires admin on **",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    public TokenList list(@Context UriInfo asked) {
        RequestCaller caller = caller();
        boolean all = QueryParameters.flag("all", asked);
        if (all && !caller.mayEverywhere(Permission.ADMIN)) {
            throw new Forbidden(
                    Permission.ADMIN.label(), "Tokens of others require the permission 'admin' on all states.");
        }
        return new TokenList(personal().all().stream()
                .filter(token -> all || token.owner().same(caller.identity()))
                .map(token -> TokenView.of(token, null, clock.instant()))
                .toList());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "createToken",
            summary = "Create a personal token",
            description =
                    "It has the permissions of the caller, and its groups and claims of this moment. It cannot create"
                            + " tokens. Only kolumn.state.access.personal-tokens enables this.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = TokenRequest.class),
                            examples =
                                    @ExampleObject(
                                            name = "token",
                                            value = "{\"name\": \"laptop\", \"expires\": \"30d\"}")))
    @APIResponse(
            responseCode = "201",
            description = "The token, which is shown only now",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = TokenView.class)))
    public RestResponse<TokenView> create(InputStream body, @Context HttpHeaders headers) throws IOException {
        QueryParameters.checkTyped(headers);
        TokenRequest asked = TokenRequest.parse(bodies.small(body, headers, TokenRequest.MAX_SIZE));
        RequestCaller caller = caller();
        audit.beforeToken();
        PersonalTokens.Made made = made(caller, asked);
        audit.token("token-create", caller, made.token());
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED, TokenView.of(made.token(), made.secret(), clock.instant()))
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
    @Operation(
            operationId = "revokeToken",
            summary = "Revoke a personal token",
            description = "Every replica refuses it within 5 seconds. The token of another requires admin on **.")
    @APIResponse(responseCode = "204", description = "Revoked")
    @APIResponse(responseCode = "404", description = "The caller has no such token")
    public RestResponse<Problem> revoke(@RestPath String id) {
        RequestCaller caller = caller();
        PersonalAccess personal = personal();
        audit.beforeToken();
        Optional<PersonalToken> revoked = personal.all().stream()
                .filter(token -> token.id().equals(id))
                .filter(token -> token.owner().same(caller.identity()) || caller.mayEverywhere(Permission.ADMIN))
                .findFirst()
                .flatMap(token -> personal.revoke(id));
        revoked.ifPresent(token -> audit.token("token-revoke", caller, token));
        return revoked.isPresent()
                ? RestResponse.noContent()
                : RestResponse.ResponseBuilder.<Problem>create(404)
                        .entity(Problem.notFound(
                                "You have no personal token with this id. GET /v1/tokens lists your tokens."))
                        .type(MediaType.valueOf(Problem.MEDIA_TYPE))
                        .build();
    }

    private PersonalTokens.Made made(RequestCaller caller, TokenRequest asked) {
        try {
            return personal().make(caller.identity(), asked.name(), asked.expires());
        } catch (Forbidden refusal) {
            audit.tokenRefused(caller, refusal);
            throw refusal;
        }
    }

    private PersonalAccess personal() {
        return identities.current().personal();
    }

    /** @throws Unauthenticated also if the proof has run out, which may only finish what was begun under a lock */
    private RequestCaller caller() {
        RequestCaller caller = callers.ofRequest();
        if (caller == null) {
            throw new Unauthenticated("The call has no caller.");
        }
        if (caller.expired()) {
            throw new Unauthenticated("Your token has expired.");
        }
        return caller;
    }
}
