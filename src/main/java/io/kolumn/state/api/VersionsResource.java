package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.EntityTags;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
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

/** {@code /v1/versions/{name}}: the history of a state, newest first, and what of it goes for good. */
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

            @Schema(description = "Value of before= for the next page; missing on the last page") @Nullable
            Long next) {}

    /** What a purge came to as JSON. */
    @Schema(
            name = "Purged",
            requiredProperties = {"purged", "changed", "versions", "quarantined"})
    record PurgedView(
            @Schema(description = "version, quarantined, or state for a whole deleted state", examples = "version")
            String purged,

            @Schema(description = "False if it was removed before")
            boolean changed,

            @Schema(description = "Purged versions, newest first")
            List<VersionView> versions,

            @Schema(description = "Purged documents of the quarantine, oldest first")
            List<VersionView> quarantined) {

        static PurgedView of(PurgeResult purged) {
            return new PurgedView(
                    purged.asked().label(),
                    purged.changed(),
                    purged.versions().stream().map(VersionView::of).toList(),
                    purged.quarantined().stream().map(VersionView::of).toList());
        }
    }

    @GET
    @Operation(
            operationId = "listVersions",
            summary = "The history of a state",
            description = "The kept versions, newest first, also of a deleted state. With quarantined=true, the"
                    + " quarantined documents instead. GET /v1/states/{name}?quarantined=<id> reads one, and"
                    + " 'recovered' is the version with its content.")
    @APIResponse(
            responseCode = "200",
            description = "A page of versions",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = VersionList.class)))
    @APIResponse(responseCode = "404", description = "There is no such state")
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
            throw new NotFound(state, "There is no state '" + state + "'.");
        }
        boolean more = versions.size() == wanted && versions.getLast().number() > 1;
        return new VersionList(
                versions.stream().map(VersionView::of).toList(),
                more ? versions.getLast().number() : null);
    }

    @DELETE
    @Operation(
            operationId = "purgeVersions",
            summary = "Purge a version, a quarantined document, or a deleted state",
            description =
                    "Removes data permanently. The current version cannot be purged. With all=true, everything that"
                            + " is left of a deleted state is removed; version numbers are never reused. Succeeds if the data"
                            + " is already gone. If-Match and If-None-Match apply to the current version. Requires the"
                            + " permission purge.")
    @APIResponse(
            responseCode = "200",
            description = "Purged",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = PurgedView.class)))
    @APIResponse(responseCode = "404", description = "There is no such version, state or quarantined document")
    @APIResponse(
            responseCode = "409",
            description = "It is the current version, the state is not deleted, or the lock was lost")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked")
    @Parameter(
            name = "all",
            in = ParameterIn.QUERY,
            description = "Everything that is left of a deleted state",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public PurgedView purge(
            @RestPath String name,
            @RestQuery
                    @Parameter(
                            description = "Number of the version",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String version,
            @RestQuery @Parameter(description = "Id of a quarantined document") @Nullable String quarantined,
            @RestQuery @Parameter(description = "Why; for the audit trail") @Nullable String reason,
            @RestQuery @Parameter(description = "Id of the client's lock") @Nullable String lock,
            @Context UriInfo asked,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        Purge purge = purge(version, quarantined, QueryParameters.flag("all", asked));
        WriteOptions options = new WriteOptions(
                "", lock == null || lock.isEmpty() ? null : lock, false, EntityTags.preconditions(headers));
        return PurgedView.of(backend.purge(state, reason == null ? purge : purge.because(reason), options));
    }

    private static Purge purge(@Nullable String version, @Nullable String quarantined, boolean all) {
        if ((version == null ? 0 : 1) + (quarantined == null ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw new Invalid(
                    "Give 'version', 'quarantined', or all=true for a whole deleted state. Nothing was purged.");
        }
        if (version != null) {
            return Purge.version(QueryParameters.version(version));
        }
        return quarantined == null ? Purge.whole() : Purge.quarantined(quarantined);
    }
}
