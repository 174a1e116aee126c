package io.kolumn.state.terraform;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * {@code /terraform-lock/{name}}: taking and releasing the lock of {@code /terraform/{name}} by methods that every gateway
 * lets through.
 */
@Path("/terraform-lock/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Terraform and OpenTofu")
final class TerraformLockResource {

    private static final String FORBIDDEN =
            "The operation writes (all but a plan), and the caller lacks the permission";

    private static final String USED =
            "Held by the same ID, which has written under it (lock-used). To unlock, use /terraform-unlock";

    private final TerraformLocks locks;

    TerraformLockResource(TerraformLocks locks) {
        this.locks = locks;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Take the lock, with lock_method = \"POST\"")
    @APIResponse(
            responseCode = "200",
            description = "Taken, or held by the same ID already; the LockInfo",
            content = @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "409", description = USED)
    @APIResponse(responseCode = "423", description = "Held by another; the body is the LockInfo of the holder")
    public RestResponse<GrantedLock> lock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return RestResponse.ok(locks.lock(name, body, headers), MediaType.APPLICATION_JSON_TYPE);
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Take the lock, with lock_method = \"PUT\"")
    @APIResponse(
            responseCode = "200",
            description = "Taken, or held by the same ID already; the LockInfo",
            content = @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "403", description = FORBIDDEN)
    @APIResponse(responseCode = "409", description = USED)
    @APIResponse(responseCode = "423", description = "Held by another; the body is the LockInfo of the holder")
    public RestResponse<GrantedLock> put(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return lock(name, body, headers);
    }

    @DELETE
    @Operation(
            summary = "Release the lock, with unlock_method = \"DELETE\"",
            description =
                    "The body is a LockInfo. Without a body it breaks the lock, which requires unlock-force unless"
                            + " the lock is the caller's own.")
    @APIResponse(responseCode = "200", description = "Released, or not locked")
    @APIResponse(responseCode = "423", description = "Held by another; the body is the LockInfo of the holder")
    public RestResponse<Void> unlock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        locks.unlock(name, body, headers);
        return RestResponse.ok();
    }

    @ServerExceptionMapper
    public RestResponse<String> held(Locked locked) {
        return TerraformResource.heldBy(locked);
    }

    @ServerExceptionMapper
    public RestResponse<Problem> moved(Moved moved) {
        return TerraformResource.movedAway(moved);
    }

    @ServerExceptionMapper
    public RestResponse<Problem> forbidden(Forbidden forbidden) {
        return TerraformResource.refusedTo(forbidden);
    }
}
