package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /v1/records/{name}}: everything that is recorded of a state, as it is carried over to another storage. */
@Path("/v1/records/{name:.+}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Versions")
final class RecordsResource {

    private final StateBackend backend;

    RecordsResource(StateBackend backend) {
        this.backend = backend;
    }

    /** A head and all records that belong to it as JSON; its lock is not among them. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Records",
            requiredProperties = {
                "name",
                "commit",
                "lastVersion",
                "versionCount",
                "fence",
                "highestSerial",
                "changed",
                "records",
                "quarantined"
            })
    record RecordsView(
            String name,

            @Schema(description = "Id of the commit of this head")
            String commit,

            @Schema(description = "Number of the current version; missing for a state that is deleted or only locked")
            @Nullable
            Long current,

            @Schema(description = "Number of the newest version ever; 0 if there was none")
            long lastVersion,

            @Schema(description = "Number of kept versions, as the head counts them")
            int versionCount,

            @Schema(description = "Fence of the newest lock ever; 0 if there was none")
            long fence,

            @Schema(description = "Highest serial that a version ever had; -1 if there was none")
            long highestSerial,

            Instant changed,

            @Schema(description = "Missing if none were ever given to the state") @Nullable
            Map<String, String> labels,

            @Schema(description = "Records of all kept versions, oldest first")
            List<RecordView> records,

            @Schema(description = "Records of the quarantined documents")
            List<RecordView> quarantined) {

        static RecordsView of(StateSnapshot state) {
            StateHead head = state.head();
            return new RecordsView(
                    head.name().value(),
                    head.commit(),
                    head.current() == null ? null : head.current().number(),
                    head.lastVersion(),
                    head.versionCount(),
                    head.fence(),
                    head.highestSerial(),
                    head.changed(),
                    head.labels() == null ? null : head.labels().values(),
                    state.versions().stream().map(RecordView::of).toList(),
                    state.quarantined().stream().map(RecordView::of).toList());
        }
    }

    /** A whole record as JSON: {@link VersionView} leaves out what only another storage needs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Record",
            requiredProperties = {
                "version",
                "id",
                "format",
                "empty",
                "checksum",
                "size",
                "created",
                "author",
                "operation",
                "fence"
            })
    record RecordView(
            @Schema(description = "0 for a quarantined document")
            long version,

            String id,
            String format,

            @Schema(description = "Whether the document holds neither resources nor outputs")
            boolean empty,

            @Nullable Long serial,
            @Nullable String lineage,

            @Schema(description = "sha-256 of the bytes, in hex")
            String checksum,

            @Schema(description = "In bytes") long size,
            Instant created,
            String author,
            String operation,
            long fence) {

        static RecordView of(StateVersion version) {
            return new RecordView(
                    version.number(),
                    version.id(),
                    version.format().name().toLowerCase(Locale.ROOT),
                    version.empty(),
                    version.serial(),
                    version.lineage(),
                    version.sha256(),
                    version.size(),
                    version.created(),
                    version.author(),
                    version.operation(),
                    version.fence());
        }
    }

    @GET
    @Operation(
            operationId = "getRecords",
            summary = "All records of a state",
            description =
                    "Counters and whole records of all versions and quarantined documents at one moment, of a deleted state"
                            + " too. An export needs these and the documents, which /v1/states returns by version and by"
                            + " quarantined. Requires the permission admin.")
    @APIResponse(responseCode = "200", description = "The records")
    @APIResponse(responseCode = "404", description = "The state does not exist")
    public RecordsView records(@RestPath String name) {
        StateName state = StateName.of(name);
        return RecordsView.of(backend.snapshot(state)
                .orElseThrow(() -> new NotFound(state, "State '" + state + "' does not exist.")));
    }
}
