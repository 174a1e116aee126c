package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.QuarantinedDocument;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The record of a version as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Version",
        requiredProperties = {"version", "format", "checksum", "size", "created", "author", "operation", "fence"})
record VersionView(
        @Schema(examples = "12") long version,

        @Schema(description = "Id of a quarantined document; missing for a version") @Nullable
        String id,

        @Schema(examples = "terraform") String format,
        @Nullable Long serial,
        @Nullable String lineage,

        @Schema(description = "sha-256 of the bytes, in hex")
        String checksum,

        @Schema(description = "In bytes") long size,
        Instant created,
        String author,
        @Schema(examples = "OperationTypeApply") String operation,

        @Schema(description = "Fence of the lock under which it was written; 0 for none")
        long fence,

        @Schema(
                description =
                        "For a quarantined document, the version with the same content, whatever its serial; missing if"
                                + " there is none")
        @Nullable
        Long recovered) {

    static VersionView of(QuarantinedDocument quarantined) {
        return of(quarantined.record(), quarantined.recovered());
    }

    static VersionView of(StateVersion version) {
        return of(version, null);
    }

    private static VersionView of(StateVersion version, @Nullable Long recovered) {
        return new VersionView(
                version.number(),
                version.number() == 0 ? version.id() : null,
                version.format().name().toLowerCase(Locale.ROOT),
                version.serial(),
                version.lineage(),
                version.sha256(),
                version.size(),
                version.created(),
                version.author(),
                version.operation(),
                version.fence(),
                recovered);
    }
}
