package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * {@code /.well-known/terraform.json}: where the API is. Terraform asks once in a process and keeps the answer
 * ({@code terraform-svchost}, {@code disco}), so each answer names a base path of its own.
 */
@Path("/.well-known/terraform.json")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
final class DiscoveryResource {

    /** Of {@code cloud}, {@code backend "remote"}, the tfe provider, and {@code remote} with TF_FORCE_LOCAL_BACKEND. */
    private static final List<String> SERVICES = List.of("tfe.v2", "tfe.v2.1", "tfe.v2.2", "state.v2");

    private final ProcessPath processes;

    DiscoveryResource(ProcessPath processes) {
        this.processes = processes;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> discover() {
        String base = processes.next();
        ObjectNode services = JsonApi.object();
        SERVICES.forEach(service -> services.put(service, base));
        return RestResponse.ResponseBuilder.ok(services.toString(), MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
