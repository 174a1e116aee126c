package io.kolumn.state.tfe;

import io.kolumn.state.http.Problem;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** What the API of HCP Terraform has beside states, and what is answered instead: runs and variables. */
@Path("/api/v2")
@Produces(JsonApi.MEDIA_TYPE)
@NonBlocking
final class UnservedResource {

    private static final String RUNS =
            "runs|plans|applies|configuration-versions|query-runs|policy-checks|policy-evaluations|cost-estimates|task-stages";
    private static final String REST = "{rest:(/.*)?}";
    private static final String VARIABLES = "{kind:vars|all-vars|varsets}";

    @POST
    @Path("/{kind:" + RUNS + "}" + REST)
    @Operation(hidden = true)
    public RestResponse<Problem> run() {
        return TfeAnswers.answer(Refusal.unprocessable("Runs are not offered; execution is local."));
    }

    @GET
    @Path("/{kind:" + RUNS + "}" + REST)
    @Operation(hidden = true)
    public RestResponse<Problem> runs() {
        return TfeAnswers.answer(Refusal.notFound("Runs are not offered; execution is local."));
    }

    @GET
    @Path("/organizations/{id}/" + VARIABLES)
    @Operation(hidden = true)
    public RestResponse<String> variables() {
        return JsonApi.whole(List.of());
    }

    @POST
    @Path("/organizations/{id}/" + VARIABLES)
    @Operation(hidden = true)
    public RestResponse<Problem> variable() {
        return TfeAnswers.answer(noVariables());
    }

    @GET
    @Path("/" + VARIABLES)
    @Operation(hidden = true)
    public RestResponse<String> allVariables() {
        return JsonApi.whole(List.of());
    }

    @POST
    @Path("/" + VARIABLES + REST)
    @Operation(hidden = true)
    public RestResponse<Problem> newVariable() {
        return TfeAnswers.answer(noVariables());
    }

    static Refusal noVariables() {
        return Refusal.unprocessable("Variables are not kept; execution is local. Give them to the client.");
    }
}
