package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
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

/** {@code /v1/moves}: states under other names, with their history. */
@Path("/v1/moves")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "States")
final class MovesResource {

    private final StateBackend backend;
    private final RequestBodies bodies;

    MovesResource(StateBackend backend, RequestBodies bodies) {
        this.backend = backend;
        this.bodies = bodies;
    }

    /** What a move or a copy came to as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "MoveResult",
            requiredProperties = {"from", "to", "copy", "versions", "quarantined", "changed"})
    record MoveView(
            String from,
            String to,
            boolean copy,

            @Schema(description = "Number of versions copied now")
            int versions,

            @Schema(description = "Number of quarantined documents copied now")
            int quarantined,

            @Schema(description = "Missing for a deleted state") @Nullable
            VersionView current,

            @Schema(description = "False if everything was done before")
            boolean changed) {

        static MoveView of(MoveResult carried, boolean copy) {
            return new MoveView(
                    carried.from().value(),
                    carried.to().value(),
                    copy,
                    carried.versions(),
                    carried.quarantined(),
                    carried.current() == null ? null : VersionView.of(carried.current()),
                    carried.changed());
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "moveState",
            summary = "Rename or copy a state with its history",
            description =
                    "Includes all versions and quarantined documents. After a move, the old address answers 409 with"
                            + " the new name for kolumn.state.moved.keep. Repeating the request completes an interrupted move.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = MoveRequest.class),
                            examples = {
                                @ExampleObject(
                                        name = "move",
                                        value = "{\"from\": \"team-a/demo\", \"to\": \"team-b/demo\"}"),
                                @ExampleObject(
                                        name = "copy",
                                        value = "{\"from\": \"team-a/demo\", \"to\": \"team-b/demo\", \"copy\": true}")
                            }))
    @APIResponse(responseCode = "200", description = "Done, or nothing left to do")
    @APIResponse(responseCode = "404", description = "There is no such state")
    @APIResponse(
            responseCode = "409",
            description =
                    "The new name already has a state or history (exists), the lock was lost, or the state was moved"
                            + " elsewhere (moved)")
    @APIResponse(responseCode = "423", description = "One of the two names is locked by another")
    public MoveView move(
            @RestQuery @Parameter(description = "Id of the client's lock; a move releases it") @Nullable String lock,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        QueryParameters.checkTyped(headers);
        MoveRequest asked = MoveRequest.parse(bodies.small(body, headers, MoveRequest.MAX_SIZE));
        WriteOptions options = WriteOptions.none().withLock(lock == null || lock.isEmpty() ? null : lock);
        MoveResult carried = asked.copy()
                ? backend.copy(asked.from(), asked.to(), options)
                : backend.move(asked.from(), asked.to(), options);
        return MoveView.of(carried, asked.copy());
    }

    @DELETE
    @Path("/{name:.+}")
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE
    }) // only its errors have a body, and clients accept those alone
    @Operation(
            operationId = "endMove",
            summary = "Free the old address of a moved state",
            description = "The name is free then. A client that still uses the address would create a new state.")
    @APIResponse(responseCode = "204", description = "Done")
    @APIResponse(responseCode = "404", description = "No state was moved from this name")
    public RestResponse<Void> end(@RestPath String name) {
        StateName state = StateName.of(name);
        if (!backend.endMove(state)) {
            throw new NotFound(state, "No state was moved from '" + state + "', or its old name is already free.");
        }
        return RestResponse.noContent();
    }
}
