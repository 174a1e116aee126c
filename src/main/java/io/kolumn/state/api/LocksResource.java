package io.kolumn.state.api;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.LockView;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
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
import java.time.Clock;
import java.time.Duration;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/locks}: the locks of states, and {@code /v1/locks/{name}}: that of one. */
@Path("/v1/locks")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Locks")
final class LocksResource {

    private static final String EXAMPLE = """
            {"who": "ada@build-7", "reason": "nightly deploy", "operation": "deploy"}""";

    private final StateBackend backend;
    private final RequestBodies bodies;
    private final Exchange exchange;
    private final Clock clock;

    LocksResource(StateBackend backend, RequestBodies bodies, Exchange exchange, Clock clock) {
        this.backend = backend;
        this.bodies = bodies;
        this.exchange = exchange;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listLocks",
            summary = "List locks",
            description = "Locks of states that the caller can read, in byte order of their names. For the next page,"
                    + " repeat with after=next.")
    public LockList list(
            @BeanParam PageParameters page,
            @RestQuery("older-than")
                    @Parameter(description = "Only locks older than this, such as PT1H or 1h", example = "PT1H")
                    @Nullable
                    String olderThan) {
        Duration age = QueryParameters.duration("older-than", olderThan);
        return LockList.of(
                backend.locks(new LockQuery(
                        page.prefix(), page.position(StateName::of), page.size(), age == null ? Duration.ZERO : age)),
                clock.instant());
    }

    @GET
    @Path("/{name:.+}")
    @Operation(operationId = "getLock", summary = "Who holds the lock")
    @APIResponse(
            responseCode = "200",
            description = "The holder",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = LockView.class)))
    @APIResponse(responseCode = "404", description = "Not locked")
    public LockView read(@RestPath String name) {
        StateName state = StateName.of(name);
        return backend.lockOf(state)
                .map(LockView::of)
                .orElseThrow(() -> new NotFound(state, "State '" + state + "' is not locked."));
    }

    @PUT
    @Path("/{name:.+}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "takeLock",
            summary = "Take the lock",
            description =
                    "Without an id the service generates one, and a ttl is required: a lost answer must not leave a"
                            + " lock that cannot be released. Requires 'lock', and 'write' unless the operation is 'plan'. A"
                            + " missing operation counts as a write.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = LockRequest.class),
                            examples = @ExampleObject(name = "lock", value = EXAMPLE)))
    @APIResponse(
            responseCode = "201",
            description = "Taken",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = LockView.class)))
    @APIResponse(
            responseCode = "200",
            description = "Held by the same id already",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = LockView.class)))
    @APIResponse(
            responseCode = "403",
            description = "The operation writes (all but 'plan'), and the caller lacks the permission")
    @APIResponse(
            responseCode = "409",
            description = "Held by the same id, which has written under it (lock-used); with ttl it is renewed")
    @APIResponse(responseCode = "423", description = "Held by another")
    public RestResponse<GrantedLock> acquire(
            @RestPath String name,
            @RestQuery @Parameter(description = "Duration of the lease: PT5S to PT24H", example = "PT10M") @Nullable
                    String ttl,
            @RestQuery @Parameter(description = "Maximum wait for the lock, up to PT5M", example = "PT30S") @Nullable
                    String wait,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        QueryParameters.checkTyped(headers);
        LockInfo info = LockRequest.parse(bodies.small(body, headers, LockInfo.MAX_SIZE));
        Duration maxWait = QueryParameters.duration("wait", wait);
        LockOptions options = new LockOptions(
                QueryParameters.duration("ttl", ttl),
                maxWait == null ? Duration.ZERO : maxWait,
                !info.id().isEmpty(),
                exchange.gone());
        LockResult acquired = backend.lock(state, info, options);
        return RestResponse.ResponseBuilder.create(
                        acquired.fresh() ? RestResponse.Status.CREATED : RestResponse.Status.OK,
                        exchange.granted(LockView.of(acquired.lock()), () -> backend.withdraw(state, acquired)))
                .build();
    }

    @POST
    @Path("/{name:.+}")
    @Operation(operationId = "renewLock", summary = "Renew the lease of a held lock")
    @APIResponse(responseCode = "200", description = "Renewed")
    @APIResponse(responseCode = "409", description = "Not locked (lock-lost)")
    @APIResponse(responseCode = "423", description = "Held by another")
    public LockView renew(
            @RestPath String name,
            @RestQuery @Parameter(description = "Id of the lock", required = true) @Nullable String id,
            @RestQuery
                    @Parameter(
                            description = "Duration of the lease from now: PT5S to PT24H",
                            required = true,
                            example = "PT10M")
                    @Nullable
                    String ttl) {
        StateName state = StateName.of(name);
        Duration length = QueryParameters.duration("ttl", ttl);
        if (id == null || id.isEmpty() || length == null) {
            throw new Invalid("To renew a lock, give its id and a ttl: ?id=…&ttl=PT10M.");
        }
        return LockView.of(backend.renew(state, id, length));
    }

    @DELETE
    @Path("/{name:.+}")
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE
    }) // only its errors have a body, and clients accept those alone
    @Operation(operationId = "releaseLock", summary = "Release the lock")
    @APIResponse(responseCode = "200", description = "Released, or not locked")
    @APIResponse(responseCode = "400", description = "Neither an id nor force")
    @APIResponse(responseCode = "423", description = "Held by another")
    @Parameter(
            name = "force",
            in = ParameterIn.QUERY,
            description = "Breaks the lock of any holder; requires unlock-force unless it is the caller's own",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public RestResponse<Void> release(
            @RestPath String name,
            @RestQuery @Parameter(description = "Id of the lock") @Nullable String id,
            @Context UriInfo asked) {
        StateName state = StateName.of(name);
        if (QueryParameters.flag("force", asked)) {
            backend.forceUnlock(state, "");
        } else if (id == null || id.isEmpty()) {
            throw new Invalid("To release a lock, give its id (?id=…), or ?force=true to break it.");
        } else {
            backend.unlock(state, id);
        }
        return RestResponse.ok();
    }
}
