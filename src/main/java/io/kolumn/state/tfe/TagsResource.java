package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateHead;
import io.kolumn.state.backend.StateBackend;
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
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Tags of a workspace: by keys and values, and by names alone as clients before Terraform 1.10 and OpenTofu write them. */
@Path("/api/v2/workspaces/{id}")
@Consumes({JsonApi.MEDIA_TYPE, MediaType.APPLICATION_JSON})
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class TagsResource {

    private static final String BINDINGS = "tag-bindings";

    private final StateBackend backend;
    private final Workspaces workspaces;
    private final Holder holder;
    private final RequestBodies bodies;

    TagsResource(StateBackend backend, Workspaces workspaces, Holder holder, RequestBodies bodies) {
        this.backend = backend;
        this.workspaces = workspaces;
        this.holder = holder;
        this.bodies = bodies;
    }

    @GET
    @Path("/" + BINDINGS)
    @Operation(hidden = true)
    public RestResponse<String> bindings(@RestPath String id) {
        WorkspaceName name = WorkspaceName.ofId(id);
        return JsonApi.whole(Tags.bindings(BINDINGS, name, workspaces.existing(name)));
    }

    /** Nothing is inherited from a project, so these are the workspace's own. */
    @GET
    @Path("/effective-tag-bindings")
    @Operation(hidden = true)
    public RestResponse<String> effectiveBindings(@RestPath String id) {
        WorkspaceName name = WorkspaceName.ofId(id);
        return JsonApi.whole(Tags.bindings("effective-tag-bindings", name, workspaces.existing(name)));
    }

    /** Adds bindings, and changes the values of those that are there. */
    @PATCH
    @Path("/" + BINDINGS)
    @Operation(hidden = true)
    public RestResponse<String> bind(@RestPath String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        WorkspaceName name = WorkspaceName.ofId(id);
        StateHead head = change(name, Tags.bound(resources(body, headers, BINDINGS)));
        return JsonApi.whole(Tags.bindings(BINDINGS, name, head));
    }

    @GET
    @Path("/relationships/tags")
    @Operation(hidden = true)
    public RestResponse<String> tags(@RestPath String id) {
        return JsonApi.whole(Tags.named(workspaces.existing(WorkspaceName.ofId(id))));
    }

    @POST
    @Path("/relationships/tags")
    @Operation(hidden = true)
    public RestResponse<String> addTags(@RestPath String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        WorkspaceName name = WorkspaceName.ofId(id);
        Map<String, String> present = Tags.of(workspaces.existing(name));
        Map<String, @Nullable String> added = new TreeMap<>();
        resources(body, headers, "tags").stream()
                .map(Tags::name)
                .filter(tag -> !present.containsKey(tag))
                .forEach(tag -> added.put(tag, ""));
        change(name, added);
        return JsonApi.noContent();
    }

    @DELETE
    @Path("/relationships/tags")
    @Operation(hidden = true)
    public RestResponse<String> removeTags(@RestPath String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        Map<String, @Nullable String> removed = new TreeMap<>();
        resources(body, headers, "tags").forEach(tag -> removed.put(Tags.name(tag), null));
        change(WorkspaceName.ofId(id), removed);
        return JsonApi.noContent();
    }

    private List<JsonNode> resources(InputStream body, HttpHeaders headers, String type) throws IOException {
        return JsonApi.resources(bodies.small(body, headers, WorkspacesResource.MAX_BODY), type);
    }

    private StateHead change(WorkspaceName name, Map<String, @Nullable String> changes) {
        return backend.label(name.state(), changes, holder.author()).head();
    }
}
