package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Projects: a label of a state. Each name is a project that exists, since nothing is kept of a project but the label of its
 * workspaces.
 */
@Path("/api/v2")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class ProjectsResource {

    private static final String PREFIX = "prj-";

    private final WorkspaceLists lists;
    private final RequestBodies bodies;

    ProjectsResource(WorkspaceLists lists, RequestBodies bodies) {
        this.lists = lists;
        this.bodies = bodies;
    }

    @GET
    @Path("/organizations/{organization}/projects")
    @Operation(hidden = true)
    public RestResponse<String> list(@RestPath String organization, @Context UriInfo asked) {
        OrganizationsResource.checked(organization);
        String names = asked.getQueryParameters().getFirst("filter[names]");
        Stream<String> found = names == null || names.isEmpty()
                ? lists.projects(organization).stream()
                : Stream.of(names.split(",", -1)).filter(Tags::canBeProject);
        List<ObjectNode> projects =
                found.map(name -> project(organization, name)).toList();
        return JsonApi.whole(projects);
    }

    @POST
    @Path("/organizations/{organization}/projects")
    @Consumes({JsonApi.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public RestResponse<String> create(@RestPath String organization, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        OrganizationsResource.checked(organization);
        String name = JsonApi.resource(bodies.small(body, headers, WorkspacesResource.MAX_BODY), "projects")
                .path("attributes")
                .path("name")
                .asText();
        Tags.checkProject(name);
        return JsonApi.created(project(organization, name));
    }

    @GET
    @Path("/projects/{id}")
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String id) {
        String text = id.startsWith(PREFIX) ? WorkspaceName.decoded(id.substring(PREFIX.length())) : "";
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw Refusal.notFound("There is no project with this id. Ids start with '" + PREFIX + "'.");
        }
        return JsonApi.ok(project(text.substring(0, slash), text.substring(slash + 1)));
    }

    private static ObjectNode project(String organization, String name) {
        ObjectNode attributes = JsonApi.object().put("name", name).put("description", "");
        ObjectNode project = JsonApi.resource("projects", id(organization, name), attributes);
        ObjectNode relationships = JsonApi.object();
        relationships.set("organization", JsonApi.one("organizations", organization));
        project.set("relationships", relationships);
        return project;
    }

    static String id(String organization, String name) {
        return PREFIX + WorkspaceName.encoded(organization + "/" + name);
    }

    /** Returns the name of a project by its id, or an empty text if it is none. */
    static String name(String id) {
        String text = id.startsWith(PREFIX) ? WorkspaceName.decoded(id.substring(PREFIX.length())) : "";
        return text.substring(text.indexOf('/') + 1);
    }
}
