package io.kolumn.state.terraform;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.http.Problem;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * {@code /terraform-unlock/{name}}: releasing the lock of {@code /terraform/{name}}, whatever the method is: it serves
 * gateways that let no UNLOCK through, and those that refuse a DELETE with a body.
 */
@Path("/terraform-unlock/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Terraform and OpenTofu")
final class TerraformUnlockResource {

    private static final String RELEASED = "Released, or not locked";
    private static final String HELD = "Held by another; the body is the LockInfo of the holder";

    private final TerraformLocks locks;

    TerraformUnlockResource(TerraformLocks locks) {
        this.locks = locks;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Release the lock, with unlock_method = \"POST\"",
            description =
                    "The body is a LockInfo. Without a body it breaks the lock, which requires unlock-force unless"
                            + " the lock is the caller's own.")
    @APIResponse(responseCode = "200", description = RELEASED)
    @APIResponse(responseCode = "423", description = HELD)
    public RestResponse<Void> post(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        locks.unlock(name, body, headers);
        return RestResponse.ok();
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Release the lock, with unlock_method = \"PUT\"")
    @APIResponse(responseCode = "200", description = RELEASED)
    @APIResponse(responseCode = "423", description = HELD)
    public RestResponse<Void> put(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return post(name, body, headers);
    }

    @PATCH
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Release the lock, with unlock_method = \"PATCH\"")
    @APIResponse(responseCode = "200", description = RELEASED)
    @APIResponse(responseCode = "423", description = HELD)
    public RestResponse<Void> patch(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return post(name, body, headers);
    }

    @DELETE
    @Operation(summary = "Release the lock, with unlock_method = \"DELETE\"")
    @APIResponse(responseCode = "200", description = RELEASED)
    @APIResponse(responseCode = "423", description = HELD)
    public RestResponse<Void> delete(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return post(name, body, headers);
    }

    @UNLOCK
    public RestResponse<Void> unlock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        return post(name, body, headers);
    }

    @ServerExceptionMapper
    public RestResponse<String> held(Locked locked) {
        return TerraformResource.heldBy(locked);
    }

    @ServerExceptionMapper
    public RestResponse<Problem> forbidden(Forbidden forbidden) {
        return TerraformResource.refusedTo(forbidden);
    }
}
