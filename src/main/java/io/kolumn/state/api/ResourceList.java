package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.inventory.ResourcePage;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of resources as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "ResourceList",
        requiredProperties = {"resources", "index", "seesAll"})
record ResourceList(
        List<Entry> resources,

        @Schema(description = "Value of after= for the next page; missing on the last page") @Nullable
        String next,

        IndexView index,

        @Schema(description = "Whether the caller can read every state with this prefix; false if that is uncertain")
        boolean seesAll) {

    /** A resource in the list. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Resource",
            requiredProperties = {
                "state",
                "version",
                "address",
                "module",
                "mode",
                "type",
                "name",
                "tainted",
                "provider",
                "attributes"
            })
    record Entry(
            @Schema(examples = "team-a/network/prod") String state,

            @Schema(description = "Number of the indexed version")
            long version,

            @Nullable Long serial,

            @Schema(examples = "module.net.aws_subnet.a[\"x\"]")
            String address,

            @Schema(description = "Empty for the root module")
            String module,

            @Schema(examples = "managed") String mode,
            String type,
            String name,

            @Schema(description = "Key of count or for_each; missing without one") @Nullable
            String key,

            @Schema(description = "Key of a deposed object; missing for a current one") @Nullable
            String deposed,

            boolean tainted,

            @Schema(examples = "registry.terraform.io/hashicorp/aws")
            String provider,

            @Schema(description = "Missing if there is none or it is sensitive") @Nullable
            String id,

            @Schema(description = "Those of arn, name and self_link that are not sensitive")
            Map<String, String> attributes) {

        static Entry of(FoundResource found) {
            IndexedResource resource = found.resource();
            return new Entry(
                    found.state().value(),
                    found.version(),
                    found.serial(),
                    resource.address(),
                    resource.module(),
                    resource.mode(),
                    resource.type(),
                    resource.name(),
                    resource.key(),
                    resource.deposed(),
                    resource.tainted(),
                    resource.provider(),
                    resource.id(),
                    resource.attributes());
        }
    }

    static ResourceList of(ResourcePage page, boolean seesAll) {
        return new ResourceList(
                page.resources().stream().map(Entry::of).toList(),
                page.next() == null ? null : page.next().toString(),
                IndexView.of(page.lag()),
                seesAll);
    }
}
