package io.kolumn.state.tfe;

import io.kolumn.state.StateDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.RequestBodies;
import io.kolumn.state.tfe.StateUploads.Announced;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.HexFormat;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** States in two phases: the second one. */
@Path("/api/v2/uploads/{text}")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class StateUploadsResource {

    private final StateBackend backend;
    private final StateUploads uploads;
    private final RequestBodies bodies;

    StateUploadsResource(StateBackend backend, StateUploads uploads, RequestBodies bodies) {
        this.backend = backend;
        this.uploads = uploads;
        this.bodies = bodies;
    }

    /** A repeated request writes the same bytes once more, which changes nothing. */
    @PUT
    @Operation(hidden = true)
    public RestResponse<Void> state(@RestPath String text, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        Announced announced = uploads.announced(text);
        DigestInputStream digested = new DigestInputStream(body, DecodedState.md5());
        StateDocument document = bodies.document(digested, headers);
        String digest = HexFormat.of().formatHex(digested.getMessageDigest().digest());
        StateVersionUpload.check(document, digest, announced);
        backend.put(announced.workspace().state(), document, WorkspaceStatesResource.options(announced.lock(), false));
        return RestResponse.ok();
    }

    /** The client wants to send its own JSON of the state, too. It is plain text, and nobody reads it. */
    @PUT
    @Path("/json")
    @Operation(hidden = true)
    public RestResponse<Void> json(@RestPath String text, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        uploads.announced(text);
        bodies.discard(body, headers);
        return RestResponse.ok();
    }
}
