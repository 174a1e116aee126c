package io.kolumn.state.api;

import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /v1/labels/{name}}: the labels of a state. */
@Path("/v1/labels/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "States")
final class LabelsResource {

    private static final String EXAMPLE = "{\"team\": \"network\", \"cost-center\": null}";

    /** Labels as JSON: a string for each key. */
    @Schema(name = "Labels", type = SchemaType.OBJECT, additionalProperties = String.class)
    interface LabelsView {}

    /** The new value of a label. */
    @Schema(name = "LabelChange", type = SchemaType.STRING, nullable = true, maxLength = 256)
    interface LabelChange {}

    private final StateBackend backend;
    private final RequestBodies bodies;

    LabelsResource(StateBackend backend, RequestBodies bodies) {
        this.backend = backend;
        this.bodies = bodies;
    }

    @GET
    @Operation(
            operationId = "getLabels",
            summary = "The labels of a state",
            description = "An object with a string for each key; empty if the state has none.")
    @APIResponse(
            responseCode = "200",
            description = "The labels",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = LabelsView.class)))
    @APIResponse(responseCode = "404", description = "There is no such state")
    public Map<String, String> labels(@RestPath String name) {
        StateName state = StateName.of(name);
        return backend.labels(state)
                .orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'."))
                .values();
    }

    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "changeLabels",
            summary = "Change labels of a state",
            description =
                    "A JSON merge patch: a string sets a label, null removes it, and the others stay. A state has at most"
                            + " 64 labels. A lock of another does not prevent the change.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT, additionalProperties = LabelChange.class),
                            examples = @ExampleObject(name = "labels", value = EXAMPLE)))
    @APIResponse(
            responseCode = "200",
            description = "All labels of the state afterwards",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = LabelsView.class)))
    @APIResponse(responseCode = "404", description = "There is no such state")
    public Map<String, String> change(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        QueryParameters.checkTyped(headers);
        StateName state = StateName.of(name);
        byte[] patch = bodies.small(body, headers, LabelsPatch.MAX_SIZE);
        return backend.label(state, LabelsPatch.parse(patch), "").labels().values();
    }
}
