package io.kolumn.state.ui;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.DocumentAnswer;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/download/{name}}: the whole document of a version, or one in quarantine, as a file. */
@Path("/ui/download/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
final class DownloadPage {

    private final StateBackend backend;
    private final Exchange exchange;

    DownloadPage(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<StateDocument> read(
            @RestPath String name,
            @RestQuery @Nullable String version,
            @RestQuery @Nullable String quarantined,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        VersionedDocument stored = quarantined != null
                ? backend.getQuarantined(state, quarantined)
                        .orElseThrow(() -> new NotFound(state, "There is no such quarantined document."))
                : backend.get(state, QueryParameters.version(String.valueOf(version)), exchange::reserve)
                        .orElseThrow(() -> new NotFound(state, "State '" + state + "' has no such version."));
        String suffix =
                quarantined != null ? "quarantined" : "v" + stored.version().number();
        RestResponse<StateDocument> answer = DocumentAnswer.of(stored, headers);
        answer.getHeaders()
                .putSingle(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + name.replace('/', '-') + "-" + suffix + ".tfstate\"");
        answer.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        return answer;
    }
}
