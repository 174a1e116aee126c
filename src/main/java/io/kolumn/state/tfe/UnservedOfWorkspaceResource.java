package io.kolumn.state.tfe;

import io.kolumn.state.http.Problem;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** What a workspace of HCP Terraform has beside its states, and what is answered instead: runs, variables, and sharing. */
@Path("/api/v2/workspaces/{id}")
@Produces(JsonApi.MEDIA_TYPE)
@NonBlocking
final class UnservedOfWorkspaceResource {

    @GET
    @Path("/{kind:vars|all-vars|varsets}")
    @Operation(hidden = true)
    public RestResponse<String> variables() {
        return JsonApi.whole(List.of());
    }

    @POST
    @Path("/{kind:vars|varsets}")
    @Operation(hidden = true)
    public RestResponse<Problem> addVariable() {
        return TfeAnswers.answer(UnservedResource.noVariables());
    }

    @POST
    @Path("/{kind:runs|configuration-versions}")
    @Operation(hidden = true)
    public RestResponse<Problem> runOfWorkspace() {
        return TfeAnswers.answer(Refusal.unprocessable("Runs are not offered; execution is local."));
    }

    @GET
    @Path("/{kind:runs|configuration-versions}")
    @Operation(hidden = true)
    public RestResponse<Problem> runsOfWorkspace() {
        return TfeAnswers.answer(Refusal.notFound("Runs are not offered; execution is local."));
    }

    @GET
    @Path("/relationships/remote-state-consumers")
    @Operation(hidden = true)
    public RestResponse<String> consumers() {
        return JsonApi.whole(List.of());
    }

    @POST
    @Path("/relationships/remote-state-consumers")
    @Operation(hidden = true)
    public RestResponse<Problem> addConsumers() {
        return TfeAnswers.answer(noConsumers());
    }

    @PATCH
    @Path("/relationships/remote-state-consumers")
    @Operation(hidden = true)
    public RestResponse<Problem> setConsumers() {
        return TfeAnswers.answer(noConsumers());
    }

    @DELETE
    @Path("/relationships/remote-state-consumers")
    @Operation(hidden = true)
    public RestResponse<Problem> removeConsumers() {
        return TfeAnswers.answer(noConsumers());
    }

    private static Refusal noConsumers() {
        return Refusal.unprocessable(
                "Who may read a state is decided by permissions on its name (docs/access.md), not by lists of workspaces.");
    }

    @PATCH
    @Path("/state-versions")
    @Operation(hidden = true)
    public RestResponse<Problem> rollback(@RestPath String id) {
        return TfeAnswers.answer(Refusal.unprocessable("An older version is made current by POST /v1/restores/"
                + WorkspaceName.ofId(id).state() + ", or by 'kolumn-state restore'."));
    }
}
