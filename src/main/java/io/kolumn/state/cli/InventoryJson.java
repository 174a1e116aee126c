package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateName;
import io.kolumn.state.inventory.IndexLag;
import io.kolumn.state.inventory.InventoryStats;
import io.kolumn.state.inventory.ResourcePage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a service found, out of the JSON of {@code /v1/resources} and {@code /v1/stats}. */
final class InventoryJson {

    private InventoryJson() {}

    static ResourcePage page(JsonNode json) {
        List<FoundResource> found = new ArrayList<>();
        json.path("resources").forEach(resource -> found.add(resource(resource)));
        String next = json.path("next").textValue();
        return new ResourcePage(
                found, next == null ? null : ResourceQuery.Position.parse(next), lag(json.path("index")));
    }

    private static FoundResource resource(JsonNode json) {
        Map<String, String> attributes = new LinkedHashMap<>();
        json.path("attributes")
                .properties()
                .forEach(attribute ->
                        attributes.put(attribute.getKey(), attribute.getValue().asText()));
        IndexedResource resource = new IndexedResource(
                json.path("address").asText(),
                json.path("module").asText(),
                json.path("mode").asText(),
                json.path("type").asText(),
                json.path("name").asText(),
                json.path("key").textValue(),
                json.path("deposed").textValue(),
                json.path("tainted").asBoolean(),
                json.path("provider").asText(),
                json.path("id").textValue(),
                attributes);
        return new FoundResource(
                StateName.of(json.path("state").asText()),
                json.path("version").asLong(),
                json.hasNonNull("serial") ? json.get("serial").asLong() : null,
                resource);
    }

    private static IndexLag lag(JsonNode json) {
        String oldest = json.path("oldest").textValue();
        String checked = json.path("checked").textValue();
        return new IndexLag(
                json.path("behind").asInt(),
                oldest == null ? null : Instant.parse(oldest),
                checked == null ? null : Instant.parse(checked));
    }

    static InventoryStats stats(JsonNode json) {
        return new InventoryStats(
                json.path("states").asLong(),
                json.path("resources").asLong(),
                json.path("bytes").asLong(),
                counts(json.path("notIndexed")),
                counts(json.path("types")),
                counts(json.path("providers")),
                counts(json.path("terraformVersions")),
                counts(json.path("sizes")),
                counts(json.path("ages")),
                lag(json.path("index")));
    }

    private static Map<String, Long> counts(JsonNode json) {
        Map<String, Long> counts = new LinkedHashMap<>();
        json.properties()
                .forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return counts;
    }
}
