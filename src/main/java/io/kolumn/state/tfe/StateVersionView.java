package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/** A version of a state as JSON:API. */
final class StateVersionView {

    static final String TYPE = "state-versions";

    private StateVersionView() {}

    static ObjectNode of(WorkspaceName workspace, StateVersion version) {
        String id = VersionId.of(workspace, version.number()).id();
        ObjectNode attributes = JsonApi.object()
                .put("created-at", WorkspaceView.time(version.created()))
                .put("size", version.size())
                .put("serial", version.serial() == null ? 0 : version.serial())
                .put("lineage", version.lineage() == null ? "" : version.lineage())
                .put("status", "finalized")
                .put("resources-processed", false)
                .put("intermediate", false)
                .put("hosted-state-download-url", download(id))
                .putNull("hosted-json-state-download-url")
                .putNull("vcs-commit-sha")
                .putNull("vcs-commit-url");
        ObjectNode resource = JsonApi.resource(TYPE, id, attributes);
        ObjectNode relationships = JsonApi.object();
        relationships.set("workspace", JsonApi.one("workspaces", workspace.id()));
        relationships.set("run", JsonApi.object().putNull("data"));
        relationships.set(
                "created-by",
                version.author().isEmpty()
                        ? JsonApi.object().putNull("data")
                        : JsonApi.one("users", AccountResource.id(version.author())));
        relationships.set(
                "outputs",
                JsonApi.object()
                        .set("links", JsonApi.object().put("related", "/api/v2/state-versions/" + id + "/outputs")));
        resource.set("relationships", relationships);
        resource.set("links", JsonApi.object().put("self", "/api/v2/state-versions/" + id));
        return resource;
    }

    /**
     * Returns the view of a version that is not there yet.
     *
     * @param head of the workspace; null if there is none
     * @param address for its state
     */
    static ObjectNode pending(WorkspaceName workspace, @Nullable StateHead head, String address) {
        ObjectNode resource = pending(VersionId.of(workspace, head == null ? 1 : head.lastVersion() + 1));
        ((ObjectNode) resource.get("attributes"))
                .put("hosted-state-upload-url", address)
                .put("hosted-json-state-upload-url", address + "/json");
        return resource;
    }

    /** Returns the view of a version that is not there yet. */
    static ObjectNode pending(VersionId id) {
        ObjectNode resource = JsonApi.resource(
                TYPE,
                id.id(),
                JsonApi.object().put("status", "pending").put("hosted-state-download-url", download(id.id())));
        resource.set("links", JsonApi.object().put("self", "/api/v2/state-versions/" + id.id()));
        return resource;
    }

    /** A path without a host: the bearer token is sent to whatever host stands here. */
    private static String download(String id) {
        return "/api/v2/state-versions/" + id + "/download";
    }
}
