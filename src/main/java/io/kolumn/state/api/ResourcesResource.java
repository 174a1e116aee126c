package io.kolumn.state.api;

import io.kolumn.state.LabelSelector;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.inventory.Inventory;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code /v1/resources}: which resources are in which state. */
@Path("/v1/resources")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Inventory")
final class ResourcesResource {

    private final Inventory inventory;
    private final StateBackend backend;

    ResourcesResource(Inventory inventory, StateBackend backend) {
        this.inventory = inventory;
        this.backend = backend;
    }

    @GET
    @Operation(
            operationId = "findResources",
            summary = "Find resources",
            description =
                    "Of the current versions of all states that the caller can read, in byte order of states and addresses."
                            + " All conditions must hold. The index follows writes in the background; 'index' tells how far behind it is."
                            + " For the next page, repeat with after=next.")
    public ResourceList find(
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            description = "Part of the address, the id or an identifying attribute, in any case",
                            example = "web")
                    String q,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(description = "A type, or its beginning with an asterisk", example = "aws_instance")
                    String type,
            @RestQuery @DefaultValue("") @Parameter(description = "A source, or its end", example = "hashicorp/aws")
                    String provider,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(description = "An address, or its beginning with an asterisk", example = "module.net.*")
                    String address,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            description = "An id, arn or self_link, or its beginning with an asterisk",
                            example = "i-0abc12345")
                    String id,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            allowEmptyValue = true,
                            description = "Only of states with these labels, as in the list of states",
                            example = "team=network")
                    String label,
            @BeanParam PageParameters page) {
        ResourceQuery query = new ResourceQuery(
                q,
                type,
                provider,
                address,
                id,
                LabelSelector.parse(label),
                page.prefix(),
                page.position(ResourceQuery.Position::parse),
                page.size());
        return ResourceList.of(inventory.find(query), backend.readsAll(page.prefix()));
    }
}
