package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** One workspace by its id. */
@Path("/api/v2/workspaces/{id}")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class WorkspaceResource {

    private final Workspaces workspaces;
    private final WorkspaceChanges changes;
    private final Holder holder;
    private final RequestBodies bodies;

    WorkspaceResource(Workspaces workspaces, WorkspaceChanges changes, Holder holder, RequestBodies bodies) {
        this.workspaces = workspaces;
        this.changes = changes;
        this.holder = holder;
        this.bodies = bodies;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String id, @Context UriInfo asked) {
        WorkspaceName name = WorkspaceName.ofId(id);
        return JsonApi.ok(WorkspaceView.of(name, workspaces.existing(name), holder.caller()));
    }

    @PATCH
    @Consumes({JsonApi.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public RestResponse<String> update(@RestPath String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        WorkspaceName name = WorkspaceName.ofId(id);
        JsonNode asked = JsonApi.resource(bodies.small(body, headers, WorkspacesResource.MAX_BODY), "workspaces");
        return JsonApi.ok(WorkspaceView.of(name, changes.update(name, asked), holder.caller()));
    }

    @DELETE
    @Operation(hidden = true)
    public RestResponse<String> delete(@RestPath String id) {
        changes.delete(WorkspaceName.ofId(id));
        return JsonApi.noContent();
    }

    @POST
    @Path("/actions/safe-delete")
    @Operation(hidden = true)
    public RestResponse<String> safeDelete(@RestPath String id) throws IOException {
        changes.safeDelete(WorkspaceName.ofId(id));
        return JsonApi.noContent();
    }
}
