package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.DocumentAnswer;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Versions of states by their ids, and their bytes. */
@Path("/api/v2/state-versions")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class StateVersionsResource {

    private final StateBackend backend;
    private final WorkspaceHistory history;
    private final WorkspaceOutputs outputs;
    private final Exchange exchange;
    private final StateUploads uploads;

    StateVersionsResource(
            StateBackend backend,
            WorkspaceHistory history,
            WorkspaceOutputs outputs,
            Exchange exchange,
            StateUploads uploads) {
        this.backend = backend;
        this.history = history;
        this.outputs = outputs;
        this.exchange = exchange;
        this.uploads = uploads;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> list(@Context UriInfo asked) {
        String organization = needed("filter[organization][name]", asked);
        String workspace = needed("filter[workspace][name]", asked);
        return history.page(new WorkspaceName(OrganizationsResource.checked(organization), workspace), asked);
    }

    private static String needed(String name, UriInfo asked) {
        String value = asked.getQueryParameters().getFirst(name);
        if (value == null || value.isEmpty()) {
            throw Refusal.unprocessable("The parameter " + name + " is missing.");
        }
        return value;
    }

    @GET
    @Path("/{id}")
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String id, @Context UriInfo asked) {
        VersionId version = VersionId.ofVersion(id);
        if (awaited(version)) {
            return JsonApi.ok(StateVersionView.pending(version));
        }
        ObjectNode view = StateVersionView.of(version.workspace(), record(version));
        String include = asked.getQueryParameters().getFirst("include");
        if (include == null || !List.of(include.split(",", -1)).contains("outputs")) {
            return JsonApi.ok(view);
        }
        return JsonApi.answer(
                200, JsonApi.document(view).set("included", JsonApi.array().addAll(outputs.of(version, false))));
    }

    /** A client of two phases reads the version also when its state has not come. */
    private boolean awaited(VersionId version) {
        return uploads.offered()
                && version.number()
                        == backend.head(version.workspace().state())
                                        .map(StateHead::lastVersion)
                                        .orElse(0L)
                                + 1;
    }

    private StateVersion record(VersionId version) {
        return backend.version(version.workspace().state(), version.number()).orElseThrow(() -> gone(version));
    }

    private static Refusal gone(VersionId version) {
        return Refusal.notFound("Workspace '" + version.workspace() + "' has no version " + version.number() + ".");
    }

    @GET
    @Path("/{id}/download")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public RestResponse<StateDocument> download(@RestPath String id, @Context HttpHeaders headers) {
        VersionId version = VersionId.ofVersion(id);
        VersionedDocument stored = backend.get(version.workspace().state(), version.number(), exchange::reserve)
                .orElseThrow(() -> gone(version));
        return DocumentAnswer.of(stored, headers);
    }

    @GET
    @Path("/{id}/outputs")
    @Operation(hidden = true)
    public RestResponse<String> outputs(@RestPath String id) {
        return JsonApi.whole(outputs.of(VersionId.ofVersion(id), false));
    }

    @POST
    @Path("/{id}/actions/{action}")
    @Operation(hidden = true)
    public RestResponse<Problem> backingData() {
        return TfeAnswers.answer(Refusal.unprocessable(
                "Versions are removed by retention (kolumn.state.retention.*), or for good by DELETE"
                        + " /v1/versions/{name}."));
    }
}
