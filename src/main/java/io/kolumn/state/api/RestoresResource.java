package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.ContentCoding;
import io.kolumn.state.http.DocumentAnswer;
import io.kolumn.state.http.EntityTags;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/restores/{name}}: what was, again. */
@Path("/v1/restores/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Versions")
final class RestoresResource {

    private final StateBackend backend;
    private final RequestBodies bodies;
    private final Exchange exchange;

    RestoresResource(StateBackend backend, RequestBodies bodies, Exchange exchange) {
        this.backend = backend;
        this.bodies = bodies;
        this.exchange = exchange;
    }

    /** What a restore came to as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Restored",
            requiredProperties = {"version", "changed", "serialChange"})
    record RestoredView(
            @Schema(description = "The version that now holds the restored content")
            VersionView version,

            @Schema(description = "False if the state had this content already")
            boolean changed,

            @Schema(
                    description =
                            "raised: above all earlier serials; none: the document has no serial; unchanged: the document"
                                    + " is encrypted and was restored byte for byte",
                    examples = "raised")
            String serialChange,

            @Schema(description = "Id of the document that left the quarantine; missing for a version") @Nullable
            String quarantined) {

        static RestoredView of(RestoreResult restored) {
            return new RestoredView(
                    VersionView.of(restored.version()),
                    restored.changed(),
                    restored.serial().name().toLowerCase(Locale.ROOT),
                    restored.quarantined());
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "restoreState",
            summary = "Restore a version or a quarantined document",
            description =
                    "Writes it as a new version, also to a deleted state. Its serial is raised above all earlier ones; the rest"
                            + " stays the same. Does nothing if the state has this content already. If-Match and If-None-Match"
                            + " are obeyed.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = RestoreRequest.class),
                            examples = {
                                @ExampleObject(name = "version", value = "{\"version\": 7}"),
                                @ExampleObject(
                                        name = "quarantined",
                                        value = "{\"quarantined\": \"5f0c6a3b9f1e4f0a8f6f2f3a1b2c3d4e\"}")
                            }))
    @APIResponse(responseCode = "200", description = "Restored, or unchanged")
    @APIResponse(responseCode = "201", description = "Restored; the state was deleted or never written before")
    @APIResponse(responseCode = "404", description = "There is no such version or quarantined document")
    @APIResponse(responseCode = "409", description = "The lock was lost")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked")
    public RestResponse<RestoredView> restore(
            @RestPath String name,
            @RestQuery @Parameter(description = "Id of the client's lock") @Nullable String lock,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        QueryParameters.checkTyped(headers);
        RestoreRequest asked = RestoreRequest.parse(bodies.small(body, headers, RestoreRequest.MAX_SIZE));
        WriteOptions options = new WriteOptions(
                "", lock == null || lock.isEmpty() ? null : lock, false, EntityTags.preconditions(headers));
        RestoreResult restored = asked.quarantined() != null
                ? backend.restoreQuarantined(state, asked.quarantined(), options, exchange::reserve)
                : backend.restore(state, asked.version() == null ? 0 : asked.version(), options, exchange::reserve);
        RestResponse.ResponseBuilder<RestoredView> answer = RestResponse.ResponseBuilder.create(
                restored.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, RestoredView.of(restored));
        return DocumentAnswer.describe(answer, restored.version(), ContentCoding.IDENTITY)
                .build();
    }
}
