package io.kolumn.state.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * {@code /q/openapi}: the description of the API, as a file of the package. It says what the code says: a test compares it
 * with what is read off the code.
 */
@Path("/q/openapi")
@Produces(MediaType.APPLICATION_JSON)
final class OpenApiResource {

    private static final String FILE = "/META-INF/kolumn-state-openapi.json";

    @GET
    @Operation(hidden = true)
    public byte[] document() {
        try (InputStream in = OpenApiResource.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("The package lacks " + FILE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
