package io.kolumn.state.api;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/diffs/{name}}: how two versions differ. */
@Path("/v1/diffs/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Versions")
final class DiffsResource {

    private static final String EXAMPLE = """
            {"from": {"state": "team-a/network/prod", "version": 6, "format": "terraform", "serial": 11, \
            "lineage": "22baec5a-b199-3700-0f9f-6a2186d2ad2b", "terraformVersion": "1.11.4"}, \
            "to": {"state": "team-a/network/prod", "version": 7, "format": "terraform", "serial": 12, \
            "lineage": "22baec5a-b199-3700-0f9f-6a2186d2ad2b", "terraformVersion": "1.11.4"}, \
            "added": 1, "removed": 0, "changed": 2, "complete": true, \
            "resources": [{"address": "aws_instance.web[\\"a\\"]", "change": "changed", \
            "attributes": [{"path": "tags.Name", "before": "blue", "after": "green", "sensitive": false, "truncated": false}, \
            {"path": "user_data", "sensitive": true, "truncated": false}], "otherChanges": ["dependencies"]}, \
            {"address": "module.net.aws_subnet.private[2]", "change": "added"}], \
            "outputs": [{"address": "replicas", "change": "changed", \
            "attributes": [{"path": "", "before": 2, "after": 3, "sensitive": false, "truncated": false}]}]}""";

    private final StateBackend backend;
    private final Exchange exchange;

    DiffsResource(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    @GET
    @Operation(
            operationId = "diffStates",
            summary = "Compare two versions",
            description =
                    "Resources by their addresses, and outputs: added, removed, and changed with the paths of their"
                            + " changed attributes. Sensitive values, and values with the name of a secret, are not shown"
                            + " unless requested.")
    @APIResponse(
            responseCode = "200",
            description = "How they differ",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = DiffView.class),
                            examples = @ExampleObject(name = "diff", value = EXAMPLE)))
    @APIResponse(responseCode = "404", description = "There is no such state or version")
    @APIResponse(
            responseCode = "409",
            description = "A document is encrypted or of an unknown format and cannot be compared (unreadable)")
    @Parameter(
            name = "sensitive",
            in = ParameterIn.QUERY,
            description = "Include sensitive values",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public DiffView diff(
            @RestPath String name,
            @RestQuery
                    @Parameter(
                            description = "Number of the earlier version",
                            required = true,
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String from,
            @RestQuery
                    @Parameter(
                            description = "Number of the later version; the current one if missing",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String to,
            @RestQuery @Parameter(description = "State of 'to', if it is another one", example = "team-b/app") @Nullable
                    String other,
            @Context UriInfo asked) {
        StateName state = StateName.of(name);
        if (from == null) {
            throw new Invalid(
                    "Give the versions to compare: ?from=<version>, and &to=<version> unless it is the current one.");
        }
        StateName otherState = other == null || other.isEmpty() ? state : StateName.of(other);
        long before = QueryParameters.version("from", from);
        long after = to == null ? current(otherState) : QueryParameters.version("to", to);
        boolean sensitive = QueryParameters.flag("sensitive", asked);
        return DiffView.of(
                state,
                before,
                otherState,
                after,
                backend.diff(state, before, otherState, after, sensitive, exchange::reserve));
    }

    private long current(StateName state) {
        return backend.current(state)
                .map(StateVersion::number)
                .orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'."));
    }
}
