package io.kolumn.state.api;

import io.kolumn.state.http.ApiDescription;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * {@code /q/openapi}: the description of the API, as a file of the package. It says what the code says: a test compares it
 * with what is read off the code.
 */
@Path("/q/openapi")
@Produces(MediaType.APPLICATION_JSON)
final class OpenApiResource {

    @GET
    @Operation(hidden = true)
    public byte[] document() {
        return ApiDescription.bytes();
    }
}
