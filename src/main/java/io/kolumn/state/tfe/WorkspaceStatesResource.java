package io.kolumn.state.tfe;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.http.RequestBodies;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The versions of one workspace: the current one, all, and a new one. */
@Path("/api/v2/workspaces/{id}")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class WorkspaceStatesResource {

    /**
     * A client that sent no state, and gets no address for it, sends it again inside of the request after an error with this text ({@code go-tfe}, {@code
     * internal/cloud}). Both in one request are one commit, and a refusal can name its reason.
     */
    private static final String STATE_MISSING = "param is missing or the value is empty: state";

    private final StateBackend backend;
    private final WorkspaceHistory history;
    private final WorkspaceOutputs outputs;
    private final Holder holder;
    private final RequestBodies bodies;
    private final ServiceConfig config;
    private final StateUploads uploads;

    WorkspaceStatesResource(
            StateBackend backend,
            WorkspaceHistory history,
            WorkspaceOutputs outputs,
            Holder holder,
            RequestBodies bodies,
            ServiceConfig config,
            StateUploads uploads) {
        this.backend = backend;
        this.history = history;
        this.outputs = outputs;
        this.holder = holder;
        this.bodies = bodies;
        this.config = config;
        this.uploads = uploads;
    }

    /** A 404 is a workspace without a state. */
    @GET
    @Path("/current-state-version")
    @Operation(hidden = true)
    public RestResponse<String> current(@RestPath String id) {
        WorkspaceName name = WorkspaceName.ofId(id);
        return backend.current(name.state())
                .map(version -> JsonApi.ok(StateVersionView.of(name, version)))
                .orElseThrow(() -> Refusal.notFound("The workspace '" + name + "' has no state."));
    }

    @GET
    @Path("/current-state-version-outputs")
    @Operation(hidden = true)
    public RestResponse<String> currentOutputs(@RestPath String id) {
        return JsonApi.whole(outputs.current(WorkspaceName.ofId(id)));
    }

    @GET
    @Path("/state-versions")
    @Operation(hidden = true)
    public RestResponse<String> list(@RestPath String id, @Context UriInfo asked) {
        return history.page(WorkspaceName.ofId(id), asked);
    }

    /**
     * Every migration asks to skip the checks of serial and lineage, mostly without need. So that is granted to who may, and
     * for all others the checks decide.
     */
    @POST
    @Path("/state-versions")
    @Consumes({JsonApi.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public RestResponse<String> write(
            @RestPath String id, InputStream body, @Context HttpHeaders headers, RoutingContext context)
            throws IOException {
        WorkspaceName name = WorkspaceName.ofId(id);
        StateName state = name.state();
        StateHead head = backend.head(state).orElse(null);
        String lock = head == null ? null : holder.lockId(head);
        backend.expect(state, -1, options(lock, false)); // before the body is read
        DecodedState bytes = new DecodedState(config.maxDocumentSize());
        StateVersionUpload upload = StateVersionUpload.read(bodies.envelope(body, headers, bytes::size), bytes);
        if (!upload.hasState()) {
            return uploads.address(name, head, lock, upload, context.request())
                    .map(address -> JsonApi.created(StateVersionView.pending(name, head, address)))
                    .orElseThrow(() -> Refusal.unprocessable(STATE_MISSING));
        }
        StateDocument document = upload.document();
        if (document.format() == StateDocument.Format.OTHER) {
            throw Refusal.unprocessable("A state has a numeric 'version' or an 'encryption_version'.");
        }
        boolean force = upload.force() && holder.caller().may(Permission.FORCE, state);
        WriteResult written = backend.put(state, document, options(lock, force));
        return JsonApi.created(StateVersionView.of(name, written.version()));
    }

    static WriteOptions options(@Nullable String lock, boolean force) {
        return new WriteOptions("", lock, force, List.of());
    }
}
