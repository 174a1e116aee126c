package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.StateVersion;

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

    /** A path without a host: the bearer token is sent to whatever host stands here. */
    private static String download(String id) {
        return "/api/v2/state-versions/" + id + "/download";
    }
}
