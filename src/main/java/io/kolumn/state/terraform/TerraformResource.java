package io.kolumn.state.terraform;

import io.kolumn.state.LockInfo;
import io.kolumn.state.LockInfoJson;
import io.kolumn.state.QuarantineOutcome;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.DocumentAnswer;
import io.kolumn.state.http.EntityTags;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** {@code /terraform/{name}}: one URL is one state. */
@Path("/terraform/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(
        name = "Terraform and OpenTofu",
        description = "The http backend: address, lock_address and unlock_address are all this URL. Clients lock"
                + " with the HTTP methods LOCK and UNLOCK and a LockInfo as body, which OpenAPI cannot describe. For"
                + " gateways that block them, use POST at /terraform-lock/{name} and /terraform-unlock/{name}.")
final class TerraformResource {

    private final StateBackend backend;
    private final RequestBodies bodies;
    private final Exchange exchange;
    private final TerraformLocks locks;

    TerraformResource(StateBackend backend, RequestBodies bodies, Exchange exchange, TerraformLocks locks) {
        this.backend = backend;
        this.bodies = bodies;
        this.exchange = exchange;
        this.locks = locks;
    }

    @GET
    @Operation(summary = "Read a state")
    @APIResponse(
            responseCode = "200",
            description = "Exactly the bytes that were written",
            content = @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "304", description = "The client has this version already (If-None-Match).")
    @APIResponse(responseCode = "404", description = "There is no such state.")
    public RestResponse<StateDocument> read(
            @RestPath String name,
            @RestQuery @Parameter(hidden = true) @Nullable String version,
            @RestQuery @Parameter(hidden = true) @Nullable String at,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        currentOnly(state, version, at);
        String known = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null) {
            StateVersion current = backend.current(state).orElseThrow(() -> missing(state));
            if (EntityTags.fresh(known, current)) {
                return DocumentAnswer.notModified(current, headers);
            }
        }
        VersionedDocument stored = backend.get(state, exchange::reserve).orElseThrow(() -> missing(state));
        return DocumentAnswer.of(stored, headers);
    }

    private static NotFound missing(StateName state) {
        return new NotFound(state, "There is no state '" + state + "'.");
    }

    /** A backend reads and writes one document: an address that names another would read it and write over the current one. */
    static void currentOnly(StateName state, @Nullable String version, @Nullable String at) {
        if (version != null || at != null) {
            throw new Invalid("This address has only the current document. Read others at /v1/states/" + state
                    + (version != null ? "?version=" : "?at=") + "….");
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Write a state")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "200", description = "Written, or unchanged")
    @APIResponse(responseCode = "409", description = "The lock was lost, or serial or lineage does not match")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked; the body is the LockInfo of the holder")
    @Parameter(
            name = "force",
            in = ParameterIn.QUERY,
            description = "Skips the checks of serial and lineage",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public RestResponse<Void> write(
            @RestPath String name,
            @RestQuery("ID") @Parameter(description = "Id of the client's lock") @Nullable String id,
            @Context UriInfo asked,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        WriteOptions options = options(id, QueryParameters.flag("force", asked), headers);
        backend.expect(state, RequestBodies.announced(headers), options);
        StateDocument document = bodies.document(body, headers);
        if (document.format() == StateDocument.Format.OTHER) {
            throw new Invalid(noState(document));
        }
        backend.put(state, document, options);
        return RestResponse.ok();
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Write a state, with update_method = \"PUT\"")
    @RequestBody(content = @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "200", description = "Written, or unchanged")
    @APIResponse(responseCode = "409", description = "The lock was lost, or serial or lineage does not match")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked; the body is the LockInfo of the holder")
    @Parameter(name = "force", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.BOOLEAN))
    public RestResponse<Void> update(
            @RestPath String name,
            @RestQuery("ID") @Nullable String id,
            @Context UriInfo asked,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        return write(name, id, asked, body, headers);
    }

    @DELETE
    @Operation(summary = "Delete a state", description = "Its history stays. Has no body.")
    @APIResponse(responseCode = "200", description = "Deleted, or there was no state")
    @APIResponse(responseCode = "409", description = "The lock was lost")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked; the body is the LockInfo of the holder")
    public RestResponse<Void> delete(
            @RestPath String name, @RestQuery("ID") @Nullable String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        if (bodies.small(body, headers, LockInfo.MAX_SIZE).length > 0) {
            throw new Invalid("A DELETE with a body does not delete a state. To unlock, set unlock_method to UNLOCK, or"
                    + " unlock_address to /terraform-unlock/" + state + ".");
        }
        backend.delete(state, options(id, false, headers));
        return RestResponse.ok();
    }

    /** Terraform sends no condition; who does means it as at {@code /v1/states}. */
    private static WriteOptions options(@Nullable String id, boolean force, HttpHeaders headers) {
        return new WriteOptions("", id == null || id.isEmpty() ? null : id, force, EntityTags.preconditions(headers));
    }

    @LOCK
    public RestResponse<GrantedLock> lock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return RestResponse.ok(locks.lock(name, body, headers), MediaType.APPLICATION_JSON_TYPE);
    }

    @UNLOCK
    public RestResponse<Void> unlock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        locks.unlock(name, body, headers);
        return RestResponse.ok();
    }

    /** Terraform reads the holder's LockInfo at the top level of the body, so the id of the quarantined document is a header. */
    @ServerExceptionMapper
    public RestResponse<String> held(Locked locked) {
        return heldBy(locked);
    }

    /** A 404 would be "no state yet" to Terraform, which would then plan to make everything anew. */
    @ServerExceptionMapper
    public RestResponse<Problem> forbidden(Forbidden forbidden) {
        return refusedTo(forbidden);
    }

    static RestResponse<Problem> refusedTo(Forbidden forbidden) {
        Problem problem = Problem.forbidden(forbidden);
        return RestResponse.ResponseBuilder.<Problem>create(problem.status(), problem.title())
                .entity(problem)
                .type(Problem.MEDIA_TYPE)
                .build();
    }

    @ServerExceptionMapper
    public RestResponse<Problem> moved(Moved moved) {
        return movedAway(moved);
    }

    /**
     * Of a lock that it does not get, Terraform shows the ID of the LockInfo that stands at the top level of the body, and nothing
     * else of it; of any other answer the status alone. So this is a problem and a LockInfo, whose ID is the sentence.
     */
    static RestResponse<Problem> movedAway(Moved moved) {
        String where = moved.to() == null ? "" : moved.to().value();
        String sentence = String.valueOf(moved.getMessage());
        Map<String, Object> lockInfo = Map.of(
                "ID",
                sentence,
                "Operation",
                "moved",
                "Info",
                sentence,
                "Who",
                "",
                "Created",
                moved.at().toString(),
                "Path",
                where);
        Problem problem = Problem.of(moved, "").with(lockInfo);
        return RestResponse.ResponseBuilder.<Problem>create(problem.status(), problem.title())
                .entity(problem)
                .type(Problem.MEDIA_TYPE)
                .build();
    }

    static RestResponse<String> heldBy(Locked locked) {
        RestResponse.ResponseBuilder<String> answer = RestResponse.ResponseBuilder.<String>create(423, "Locked")
                .entity(LockInfoJson.write(locked.holder().info()))
                .type(MediaType.APPLICATION_JSON_TYPE);
        QuarantineOutcome quarantine = locked.quarantine();
        if (quarantine != null && quarantine.id() != null) {
            answer.header("State-Quarantined", quarantine.id());
        } else if (quarantine != null) {
            answer.header("State-Not-Quarantined", quarantine.fate().code());
        }
        return answer.build();
    }

    private static String noState(StateDocument document) {
        String needed = "A state has a numeric 'version' or an 'encryption_version'.";
        if (document.size() > LockInfo.MAX_SIZE) {
            return needed;
        }
        try {
            return LockInfoJson.parse(document.toBytes()).id().isEmpty()
                    ? needed
                    : "The body is a LockInfo and not a state. Set lock_method to LOCK, or lock_address to"
                            + " /terraform-lock/….";
        } catch (Invalid e) {
            return needed;
        }
    }
}
