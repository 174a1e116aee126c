package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.MovedTo;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a state went that had a name, as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Moved",
        requiredProperties = {"at", "until", "who"})
record MovedView(
        @Schema(description = "Current name; missing if the caller lacks the permission to read it") @Nullable
        String to,

        Instant at,

        @Schema(description = "End of the redirect at the old address")
        Instant until,

        String who) {

    static MovedView of(MovedTo moved) {
        return new MovedView(
                moved.name() == null ? null : moved.name().value(), moved.at(), moved.until(), moved.who());
    }
}
