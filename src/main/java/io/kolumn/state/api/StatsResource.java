package io.kolumn.state.api;

import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.inventory.Inventory;
import io.kolumn.state.inventory.InventoryStats;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** {@code /v1/stats}: how many there are of what. */
@Path("/v1/stats")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Inventory")
final class StatsResource {

    private final Inventory inventory;
    private final StateBackend backend;

    StatsResource(Inventory inventory, StateBackend backend) {
        this.inventory = inventory;
        this.backend = backend;
    }

    /** The counts as JSON. */
    @Schema(
            name = "InventoryStats",
            requiredProperties = {
                "states",
                "resources",
                "bytes",
                "notIndexed",
                "types",
                "providers",
                "terraformVersions",
                "sizes",
                "ages",
                "index",
                "seesAll"
            })
    record StatsView(
            long states,
            long resources,

            @Schema(description = "Of the current documents")
            long bytes,

            @Schema(description = "States by the reason why their resources are not known")
            Map<String, Long> notIndexed,

            @Schema(description = "Resources by type") Map<String, Long> types,

            @Schema(description = "Resources by provider") Map<String, Long> providers,

            @Schema(description = "States by the version that wrote them; an empty name if it is unknown")
            Map<String, Long> terraformVersions,

            @Schema(description = "States by the size of their documents")
            Map<String, Long> sizes,

            @Schema(description = "States by the age of their current version")
            Map<String, Long> ages,

            IndexView index,

            @Schema(
                    description =
                            "Whether the caller can read every state with this prefix; false if that is uncertain")
            boolean seesAll) {

        static StatsView of(InventoryStats stats, boolean seesAll) {
            return new StatsView(
                    stats.states(),
                    stats.resources(),
                    stats.bytes(),
                    stats.notIndexed(),
                    stats.types(),
                    stats.providers(),
                    stats.terraformVersions(),
                    stats.sizes(),
                    stats.ages(),
                    IndexView.of(stats.lag()),
                    seesAll);
        }
    }

    @GET
    @Operation(
            operationId = "getStats",
            summary = "Count states and resources",
            description = "Of the states that the caller can read and that are indexed.")
    public StatsView stats(
            @RestQuery @DefaultValue("") @Parameter(allowEmptyValue = true, example = "team-a/") String prefix) {
        return StatsView.of(inventory.stats(prefix), backend.readsAll(prefix));
    }
}
