package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.kolumn.state.StateName;
import io.kolumn.state.diff.StateDiff;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How two versions differ, as JSON. */
@Schema(
        name = "Diff",
        requiredProperties = {"from", "to", "added", "removed", "changed", "complete", "resources", "outputs"})
record DiffView(
        Side from,
        Side to,
        int added,
        int removed,
        int changed,

        @Schema(description = "False if there are more changes than are listed; the counts are of all")
        boolean complete,

        List<Change> resources,
        List<Change> outputs) {

    static DiffView of(StateName name, long from, StateName other, long to, StateDiff diff) {
        return new DiffView(
                Side.of(name, from, diff.from()),
                Side.of(other, to, diff.to()),
                diff.added(),
                diff.removed(),
                diff.changed(),
                diff.complete(),
                diff.resources().stream().map(Change::of).toList(),
                diff.outputs().stream().map(Change::of).toList());
    }

    /** One of the two versions. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "DiffSide",
            requiredProperties = {"state", "version", "format"})
    record Side(
            String state,
            long version,
            String format,
            @Nullable Long serial,
            @Nullable String lineage,
            @Nullable String terraformVersion) {

        static Side of(StateName name, long version, StateDiff.Side side) {
            return new Side(
                    name.value(),
                    version,
                    side.format().name().toLowerCase(Locale.ROOT),
                    side.serial(),
                    side.lineage(),
                    side.terraformVersion());
        }
    }

    /** A resource's instance, or an output, that differs. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @Schema(
            name = "DiffChange",
            requiredProperties = {"address", "change"})
    record Change(
            @Schema(
                    description = "Address as Terraform writes it, or the name of an output",
                    examples = "module.net[\"a\"].aws_subnet.private[0]")
            String address,

            @Schema(description = "added, removed or changed", examples = "changed")
            String change,

            List<Attribute> attributes,

            @Schema(description = "Names of other changed members of the instance", examples = "[\"dependencies\"]")
            List<String> otherChanges) {

        static Change of(StateDiff.Change change) {
            return new Change(
                    change.address(),
                    change.kind().name().toLowerCase(Locale.ROOT),
                    change.attributes().stream().map(Attribute::of).toList(),
                    change.otherChanges());
        }
    }

    /** A value that differs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "DiffAttribute",
            requiredProperties = {"path", "sensitive", "truncated"})
    record Attribute(
            @Schema(description = "Empty for the whole value", examples = "ingress[0].from_port")
            String path,

            @JsonRawValue
            @Schema(
                    description = "The value before; missing if there was none, or it is not shown",
                    implementation = Object.class)
            @Nullable
            String before,

            @JsonRawValue
            @Schema(
                    description = "The value after; missing if there is none, or it is not shown",
                    implementation = Object.class)
            @Nullable
            String after,

            @Schema(description = "The values are not shown, because a document marks them as sensitive")
            boolean sensitive,

            @Schema(description = "The values are not shown, because one is longer than 512 bytes")
            boolean truncated) {

        static Attribute of(StateDiff.Attribute attribute) {
            return new Attribute(
                    attribute.path(),
                    attribute.before(),
                    attribute.after(),
                    attribute.sensitive(),
                    attribute.truncated());
        }
    }
}
