package io.kolumn.state.tfe;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** One output by its id, with its value also if that is sensitive. */
@Path("/api/v2/state-version-outputs/{id}")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class StateVersionOutputsResource {

    private final WorkspaceOutputs outputs;

    StateVersionOutputsResource(WorkspaceOutputs outputs) {
        this.outputs = outputs;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String id) {
        return JsonApi.ok(outputs.value(VersionId.ofOutput(id)));
    }
}
