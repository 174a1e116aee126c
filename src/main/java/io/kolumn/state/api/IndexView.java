package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.inventory.IndexLag;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How far the inventory is behind, as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "InventoryIndex",
        requiredProperties = {"behind"})
record IndexView(
        @Schema(description = "Number of states that the caller can read whose current version is not indexed yet")
        int behind,

        @Schema(description = "Time of the oldest such version") @Nullable
        Instant oldest,

        @Schema(
                description =
                        "When changes by other replicas and programs were last looked for; missing before the first time")
        @Nullable
        Instant checked) {

    static IndexView of(IndexLag lag) {
        return new IndexView(lag.behind(), lag.oldest(), lag.checked());
    }
}
