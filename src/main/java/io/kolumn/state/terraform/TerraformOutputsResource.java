package io.kolumn.state.terraform;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
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
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * {@code /terraform-outputs/{name}}: a document with the outputs of a state and none of its resources, for the data source
 * {@code terraform_remote_state}, which would else need the whole state, and the right to read it, to learn one value of it.
 */
@Path("/terraform-outputs/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Terraform and OpenTofu")
final class TerraformOutputsResource {

    private static final String EXAMPLE = """
            {"version": 4, "terraform_version": "1.11.4", "serial": 12, "lineage": "22baec5a-b199-3700-0f9f-6a2186d2ad2b", \
            "outputs": {"vpc_id": {"value": "vpc-1", "type": "string"}}, "resources": [{"mode": "managed", \
            "type": "terraform_data", "name": "this_address_has_outputs_alone_and_is_no_backend", \
            "provider": "provider[\\"terraform.io/builtin/terraform\\"]", \
            "instances": [{"schema_version": 999, "attributes": {}}]}]}""";

    private final StateBackend backend;
    private final Exchange exchange;

    TerraformOutputsResource(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    @GET
    @Operation(
            summary = "Read the outputs of a state, as terraform_remote_state wants them",
            description = "Sensitive outputs are omitted unless requested, as in address ="
                    + " \".../terraform-outputs/team-a/network/prod?sensitive=true\"; Terraform does not mark them as"
                    + " sensitive then. Outputs of Kolumn without a type of Terraform are omitted.")
    @APIResponse(
            responseCode = "200",
            description = "A document of version 4 with the outputs and without the resources of the state. Its one"
                    + " artificial resource makes Terraform and OpenTofu refuse to plan if this is the address of"
                    + " their backend.",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "outputs", value = EXAMPLE)))
    @APIResponse(responseCode = "404", description = "There is no such state.")
    @APIResponse(responseCode = "409", description = "The document is encrypted or of an unknown format.")
    @Parameter(
            name = "sensitive",
            in = ParameterIn.QUERY,
            description = "Include sensitive outputs",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public RestResponse<StateDocument> outputs(
            @RestPath String name,
            @Context UriInfo asked,
            @RestQuery @Parameter(hidden = true) @Nullable String version,
            @RestQuery @Parameter(hidden = true) @Nullable String at) {
        StateName state = StateName.of(name);
        TerraformResource.currentOnly(state, version, at);
        StateDocument document = backend.outputs(state, QueryParameters.flag("sensitive", asked), exchange::reserve)
                .orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'."))
                .toDocument();
        return RestResponse.ResponseBuilder.ok(document, MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header(HttpHeaders.CONTENT_LENGTH, document.size())
                .build();
    }

    @ServerExceptionMapper
    public RestResponse<Problem> forbidden(Forbidden forbidden) {
        return TerraformResource.refusedTo(forbidden);
    }
}
