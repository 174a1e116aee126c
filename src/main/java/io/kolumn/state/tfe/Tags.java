package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.Labels;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tags and the project of a workspace, as labels of its state. A tag without a value is a label with an empty one, and so the
 * tags by names and the tags by keys and values of Terraform are one set.
 */
final class Tags {

    /** The label that holds the project. It is no tag. */
    static final String PROJECT = "tfe:project";

    private Tags() {}

    /** Returns the tags of a state without its project. */
    static SortedMap<String, String> of(StateHead head) {
        Labels labels = head.labels();
        SortedMap<String, String> tags = new TreeMap<>(labels == null ? Map.of() : labels.values());
        tags.remove(PROJECT);
        return tags;
    }

    /** Returns the keys of all tags, which Terraform compares with those that it wants. */
    static ArrayNode names(StateHead head) {
        ArrayNode names = JsonApi.array();
        of(head).keySet().forEach(names::add);
        return names;
    }

    /** Returns the id of the project, or null if there is none. */
    static @Nullable String project(String organization, StateHead head) {
        Labels labels = head.labels();
        String project = labels == null ? null : labels.get(PROJECT);
        return project == null ? null : ProjectsResource.id(organization, project);
    }

    /** Returns the tags as resources of a type. */
    static List<ObjectNode> bindings(String type, WorkspaceName workspace, StateHead head) {
        List<ObjectNode> bindings = new ArrayList<>();
        of(head).forEach((key, value) -> bindings.add(JsonApi.resource(
                type,
                "tb-" + WorkspaceName.encoded(workspace + "." + key),
                JsonApi.object().put("key", key).put("value", value))));
        return bindings;
    }

    /** Returns the tags by their names alone, as resources. */
    static List<ObjectNode> named(StateHead head) {
        return of(head).keySet().stream()
                .map(key -> JsonApi.resource(
                        "tags", id(key), JsonApi.object().put("name", key).put("instance-count", 1)))
                .toList();
    }

    private static String id(String key) {
        return "tag-" + WorkspaceName.encoded(key);
    }

    /**
     * Returns the labels that the relationships of a workspace in a request ask for.
     *
     * @throws Invalid if a label cannot have such a key or value
     */
    static Map<String, @Nullable String> asked(JsonNode workspace) {
        JsonNode relationships = workspace.path("relationships");
        Map<String, @Nullable String> labels = new TreeMap<>();
        relationships.path("tags").path("data").forEach(tag -> labels.put(name(tag), ""));
        relationships.path("tag-bindings").path("data").forEach(binding -> put(labels, binding));
        String project = relationships.path("project").path("data").path("id").asText();
        if (!project.isEmpty()) {
            String name = ProjectsResource.name(project);
            checkProject(name);
            labels.put(PROJECT, name);
        }
        return labels;
    }

    /** Returns the tags of a list of bindings. */
    static Map<String, @Nullable String> bound(List<JsonNode> bindings) {
        Map<String, @Nullable String> labels = new TreeMap<>();
        bindings.forEach(binding -> put(labels, binding));
        return labels;
    }

    private static void put(Map<String, @Nullable String> labels, JsonNode binding) {
        JsonNode attributes = binding.path("attributes");
        labels.put(checked(attributes.path("key")), attributes.path("value").asText(""));
    }

    /** Returns the name of a tag, which a request gives by its name or by its id. */
    static String name(JsonNode tag) {
        JsonNode name = tag.path("attributes").path("name");
        String id = tag.path("id").asText();
        return name.isMissingNode() && id.startsWith("tag-")
                ? WorkspaceName.decoded(id.substring("tag-".length()))
                : checked(name);
    }

    private static String checked(JsonNode key) {
        if (!key.isTextual() || key.textValue().equals(PROJECT)) {
            throw Refusal.unprocessable("'" + JsonApi.shown(key) + "' is not the key of a tag.");
        }
        return key.textValue();
    }

    static boolean canBeProject(String name) {
        try {
            checkProject(name);
            return true;
        } catch (Refusal | Invalid e) {
            return false;
        }
    }

    /** @throws Refusal or {@link Invalid} if no project can have this name */
    static void checkProject(String name) {
        if (name.isBlank()) {
            throw Refusal.unprocessable("The name of the project is missing.");
        }
        Labels.of(Map.of(PROJECT, name));
    }
}
