package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.StateHead;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Workspaces of an organization, by their names. */
@Path("/api/v2/organizations/{organization}/workspaces")
@Consumes({JsonApi.MEDIA_TYPE, MediaType.APPLICATION_JSON})
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class WorkspacesResource {

    /** The most bytes of a workspace in a request. */
    static final int MAX_BODY = 256 * 1024;

    private final Workspaces workspaces;
    private final WorkspaceLists lists;
    private final WorkspaceChanges changes;
    private final WorkspaceOutputs outputs;
    private final Holder holder;
    private final RequestBodies bodies;

    WorkspacesResource(
            Workspaces workspaces,
            WorkspaceLists lists,
            WorkspaceChanges changes,
            WorkspaceOutputs outputs,
            Holder holder,
            RequestBodies bodies) {
        this.workspaces = workspaces;
        this.lists = lists;
        this.changes = changes;
        this.outputs = outputs;
        this.holder = holder;
        this.bodies = bodies;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> list(@RestPath String organization, @Context UriInfo asked) {
        return lists.page(OrganizationsResource.checked(organization), asked);
    }

    @POST
    @Operation(hidden = true)
    public RestResponse<String> create(@RestPath String organization, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        JsonNode asked = JsonApi.resource(bodies.small(body, headers, MAX_BODY), "workspaces");
        WorkspaceName name = new WorkspaceName(
                OrganizationsResource.checked(organization),
                asked.path("attributes").path("name").asText());
        return JsonApi.created(WorkspaceView.of(name, changes.create(name, asked), holder.caller()));
    }

    @GET
    @Path("/{workspace}")
    @Operation(hidden = true)
    public RestResponse<String> read(
            @RestPath String organization, @RestPath String workspace, @Context UriInfo asked) {
        WorkspaceName name = new WorkspaceName(OrganizationsResource.checked(organization), workspace);
        return JsonApi.answer(200, document(name, workspaces.existing(name), asked));
    }

    /** Returns a workspace with what else the request asks for. */
    ObjectNode document(WorkspaceName name, StateHead head, UriInfo asked) {
        ObjectNode view = WorkspaceView.of(name, head, holder.caller());
        if (!asks(asked, "outputs") || head.current() == null) {
            return JsonApi.document(view);
        }
        ArrayNode included = outputs.included(name);
        return JsonApi.document(WorkspaceView.withOutputs(view, included)).set("included", included);
    }

    private static boolean asks(UriInfo asked, String what) {
        String include = asked.getQueryParameters().getFirst("include");
        return include != null && List.of(include.split(",", -1)).contains(what);
    }

    @PATCH
    @Path("/{workspace}")
    @Operation(hidden = true)
    public RestResponse<String> update(
            @RestPath String organization, @RestPath String workspace, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        WorkspaceName name = new WorkspaceName(OrganizationsResource.checked(organization), workspace);
        JsonNode asked = JsonApi.resource(bodies.small(body, headers, MAX_BODY), "workspaces");
        return JsonApi.ok(WorkspaceView.of(name, changes.update(name, asked), holder.caller()));
    }

    @DELETE
    @Path("/{workspace}")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public RestResponse<String> delete(@RestPath String organization, @RestPath String workspace) {
        changes.delete(new WorkspaceName(OrganizationsResource.checked(organization), workspace));
        return JsonApi.noContent();
    }

    @POST
    @Path("/{workspace}/actions/safe-delete")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public RestResponse<String> safeDelete(@RestPath String organization, @RestPath String workspace)
            throws IOException {
        changes.safeDelete(new WorkspaceName(OrganizationsResource.checked(organization), workspace));
        return JsonApi.noContent();
    }
}
