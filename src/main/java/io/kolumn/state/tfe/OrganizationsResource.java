package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Organizations: first segments of the names of states, and {@code @} for all states. They exist without being made. */
@Path("/api/v2")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class OrganizationsResource {

    /** The character after the slash, in the order of names. */
    private static final char AFTER_SLASH = '/' + 1;

    private final StateBackend backend;

    OrganizationsResource(StateBackend backend) {
        this.backend = backend;
    }

    /** Only the headers of the answer count. */
    @GET
    @Path("/ping")
    @Operation(hidden = true)
    public RestResponse<String> ping() {
        return JsonApi.noContent();
    }

    @GET
    @Path("/organizations")
    @Operation(hidden = true)
    public RestResponse<String> list() {
        List<ObjectNode> organizations = new ArrayList<>();
        organizations.add(organization(WorkspaceName.WHOLE_TREE));
        StateName after = null;
        for (StateName next = first(after); next != null; next = first(after)) {
            int slash = next.value().indexOf('/');
            if (slash < 0) {
                after = next;
                continue;
            }
            String organization = next.value().substring(0, slash);
            organizations.add(organization(organization));
            after = StateName.of(organization + AFTER_SLASH);
        }
        return JsonApi.whole(organizations);
    }

    private @Nullable StateName first(@Nullable StateName after) {
        HeadPage page = backend.list(new ListQuery("", after, 1, false, true));
        return page.heads().isEmpty() ? null : page.heads().getFirst().name();
    }

    @POST
    @Path("/organizations")
    @Operation(hidden = true)
    public RestResponse<Problem> create() {
        return TfeAnswers.answer(new Refusal(
                403,
                "Organizations are not created",
                "An organization is the first segment of a state's name. Create a workspace in it."));
    }

    @GET
    @Path("/organizations/{organization}")
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String organization) {
        return JsonApi.ok(organization(checked(organization)));
    }

    /** Without {@code operations}, clients run everything themselves. */
    @GET
    @Path("/organizations/{organization}/entitlement-set")
    @Operation(hidden = true)
    public RestResponse<String> entitlements(@RestPath String organization) {
        ObjectNode attributes = JsonApi.object()
                .put("operations", false)
                .put("state-storage", true)
                .put("agents", false)
                .put("audit-logging", false)
                .put("cost-estimation", false)
                .put("policy-enforcement", false)
                .put("private-module-registry", false)
                .put("run-tasks", false)
                .put("sentinel", false)
                .put("sso", false)
                .put("teams", false)
                .put("vcs-integrations", false);
        return JsonApi.ok(JsonApi.resource("entitlement-sets", "org-" + checked(organization), attributes));
    }

    private static ObjectNode organization(String name) {
        ObjectNode attributes = JsonApi.object()
                .put("name", name)
                .put("external-id", "org-" + name)
                .put("default-execution-mode", "local")
                .putNull("email");
        attributes.set(
                "permissions",
                JsonApi.object()
                        .put("can-create-workspace", true)
                        .put("can-update", false)
                        .put("can-destroy", false));
        return JsonApi.resource("organizations", name, attributes);
    }

    /**
     * Returns the name, which exists if it can be the first segment of a state's name.
     *
     * @throws Refusal with 404 if it cannot
     */
    static String checked(String organization) {
        try {
            boolean segment = StateName.of(organization).segments().size() == 1;
            if (segment) {
                return organization;
            }
        } catch (Invalid e) {
            if (organization.equals(WorkspaceName.WHOLE_TREE)) {
                return organization;
            }
        }
        throw Refusal.notFound("'" + QueryParameters.shown(organization)
                + "' is not an organization: the first segment of a state's name, or '@' for all states.");
    }
}
