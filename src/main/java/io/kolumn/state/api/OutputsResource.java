package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.util.RawValue;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.diff.StateOutputs;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.LinkedHashMap;
import java.util.Map;
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
import org.jspecify.annotations.Nullable;

/** {@code /v1/outputs/{name}}: the outputs of a state, and nothing else of it. */
@Path("/v1/outputs/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "States")
final class OutputsResource {

    private static final String EXAMPLE = """
            {"state": "team-a/network/prod", "version": 12, "outputs": {\
            "vpc_id": {"value": "vpc-1", "type": "string", "sensitive": false}, "password": {"type": "string", \
            "sensitive": true}}}""";

    private final StateBackend backend;
    private final Exchange exchange;

    OutputsResource(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    /** All outputs as JSON. */
    @Schema(
            name = "Outputs",
            requiredProperties = {"state", "version", "outputs"})
    record OutputsView(String state, long version, Map<String, Output> outputs) {

        static OutputsView of(StateName state, StateOutputs outputs) {
            Map<String, Output> views = new LinkedHashMap<>();
            outputs.outputs().forEach(output -> views.put(output.name(), Output.of(output)));
            return new OutputsView(state.value(), outputs.version().number(), views);
        }
    }

    /** An output as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Output",
            description = "Includes other members of the output, such as deprecated.",
            additionalProperties = Object.class,
            requiredProperties = {"sensitive"})
    record Output(
            @JsonRawValue
            @Schema(description = "Missing if it is sensitive, unless sensitive=true", implementation = Object.class)
            @Nullable
            String value,

            @JsonRawValue
            @Schema(description = "Type of Terraform; missing if the document has none", implementation = Object.class)
            @Nullable
            String type,

            boolean sensitive,

            @JsonAnyGetter @Schema(hidden = true) @Nullable Map<String, RawValue> further) {

        static Output of(StateOutputs.Output output) {
            Map<String, RawValue> further = new LinkedHashMap<>();
            output.further().forEach((name, json) -> further.put(name, new RawValue(json)));
            return new Output(output.value(), output.type(), output.sensitive(), further);
        }
    }

    @GET
    @Operation(
            operationId = "getOutputs",
            summary = "Read the outputs of a state",
            description = "Outputs of the current document.")
    @APIResponse(
            responseCode = "200",
            description = "The outputs; sensitive ones without values unless requested",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(implementation = OutputsView.class),
                            examples = @ExampleObject(name = "outputs", value = EXAMPLE)))
    @APIResponse(responseCode = "404", description = "There is no such state")
    @APIResponse(responseCode = "409", description = "The document is encrypted or of an unknown format (unreadable)")
    @Parameter(
            name = "sensitive",
            in = ParameterIn.QUERY,
            description = "Include the values of sensitive outputs",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public OutputsView outputs(@RestPath String name, @Context UriInfo asked) {
        StateName state = StateName.of(name);
        return OutputsView.of(
                state,
                backend.outputs(state, QueryParameters.flag("sensitive", asked), exchange::reserve)
                        .orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'.")));
    }
}
