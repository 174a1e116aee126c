package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/versions/{name}}: the history of a state, newest first. */
@Path("/v1/versions/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Versions")
final class VersionsResource {

    private final StateBackend backend;
    private final Exchange exchange;

    VersionsResource(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    /** A page of versions as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "VersionList",
            requiredProperties = {"versions"})
    record VersionList(
            List<VersionView> versions,

            @Schema(description = "Where to go on, as before=; missing on the last page") @Nullable
            Long next) {}

    @GET
    @Operation(
            operationId = "listVersions",
            summary = "The history of a state",
            description =
                    "The kept versions, newest first, those of a deleted state too. With quarantined=true instead the"
                            + " refused documents that were set aside; GET /v1/states/{name}?quarantined=<id> reads one."
                            + " 'recovered' names the version that has its content.")
    @APIResponse(
            responseCode = "200",
            description = "A page of them",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = VersionList.class)))
    @APIResponse(responseCode = "404", description = "There is no such state, and never was")
    @Parameter(name = "quarantined", in = ParameterIn.QUERY, schema = @Schema(type = SchemaType.BOOLEAN))
    public VersionList history(
            @RestPath String name,
            @RestQuery
                    @Parameter(
                            description = "Only versions below this number",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String before,
            @RestQuery
                    @DefaultValue("100")
                    @Parameter(
                            description = "1 to 1000",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "100"))
                    String limit,
            @Context UriInfo asked) {
        StateName state = StateName.of(name);
        if (QueryParameters.flag("quarantined", asked)) {
            return new VersionList(
                    backend.quarantined(state, exchange::reserve).stream()
                            .map(VersionView::of)
                            .toList(),
                    null);
        }
        int wanted = QueryParameters.number("limit", limit);
        long below = before == null ? Long.MAX_VALUE : QueryParameters.version("before", before);
        List<StateVersion> versions = backend.history(state, below, wanted);
        if (versions.isEmpty() && before == null) {
            throw new NotFound(state, "There is no state '" + state + "', and never was.");
        }
        boolean more = versions.size() == wanted && versions.getLast().number() > 1;
        return new VersionList(
                versions.stream().map(VersionView::of).toList(),
                more ? versions.getLast().number() : null);
    }
}
