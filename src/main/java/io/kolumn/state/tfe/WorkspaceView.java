package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.Permission;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A workspace as JSON:API. Every member that a client of the field reads is there, always: clients were seen to fail on answers
 * that merely left one out. Members without a meaning here have the value that says so.
 */
final class WorkspaceView {

    private static final String TYPE = "workspaces";

    private WorkspaceView() {}

    static ObjectNode of(WorkspaceName name, StateHead head, Caller caller) {
        ObjectNode workspace = JsonApi.resource(TYPE, name.id(), attributes(name, head, caller));
        workspace.set("relationships", relationships(name, head));
        workspace.set(
                "links",
                JsonApi.object()
                        .put(
                                "self",
                                "/api/v2/organizations/" + name.organization() + "/workspaces/" + name.workspace()));
        return workspace;
    }

    private static ObjectNode attributes(WorkspaceName name, StateHead head, Caller caller) {
        Lock lock = head.held();
        StateVersion current = head.current();
        ObjectNode attributes = JsonApi.object()
                .put("name", name.workspace())
                .put("execution-mode", "local")
                .put("operations", false)
                .put("terraform-version", "latest")
                .put("locked", lock != null)
                .put("locked-reason", lock == null ? "" : lock.info().info())
                .put("updated-at", time(head.changed()))
                .put("latest-change-at", time(current == null ? head.changed() : current.created()))
                .put("source", "tfe-api")
                .put("working-directory", "")
                .put("environment", "default")
                .put("allow-destroy-plan", false)
                .put("auto-apply", false)
                .put("file-triggers-enabled", false)
                .put("global-remote-state", false)
                .put("queue-all-runs", false)
                .put("speculative-enabled", false)
                .put("structured-run-output-enabled", false)
                .put("assessments-enabled", false)
                .putNull("description")
                .putNull("vcs-repo")
                .putNull("auto-destroy-at");
        attributes.set("tag-names", Tags.names(head));
        attributes.set("trigger-prefixes", JsonApi.array());
        attributes.set("actions", JsonApi.object().put("is-destroyable", false));
        attributes.set("permissions", permissions(name.state(), caller));
        attributes.set(
                "setting-overwrites",
                JsonApi.object().put("execution-mode", true).put("agent-pool", true));
        return attributes;
    }

    private static ObjectNode permissions(StateName state, Caller caller) {
        boolean read = caller.may(Permission.READ, state);
        boolean write = caller.may(Permission.WRITE, state);
        boolean lock = caller.may(Permission.LOCK, state);
        return JsonApi.object()
                .put("can-update", write)
                .put("can-destroy", caller.may(Permission.DELETE, state))
                .put("can-force-delete", caller.may(Permission.DELETE, state))
                .put("can-lock", lock)
                .put("can-unlock", lock)
                .put("can-force-unlock", lock || caller.may(Permission.UNLOCK_FORCE, state))
                .put("can-read-settings", read)
                .put("can-read-state-versions", read)
                .put("can-create-state-versions", write)
                .put("can-read-state-outputs", caller.may(Permission.OUTPUTS, state))
                .put("can-manage-tags", write)
                .put("can-read-variable", read)
                .put("can-update-variable", false)
                .put("can-queue-run", false)
                .put("can-queue-apply", false)
                .put("can-queue-destroy", false)
                .put("can-manage-run-tasks", false)
                .put("can-manage-assessments", false);
    }

    private static ObjectNode relationships(WorkspaceName name, StateHead head) {
        ObjectNode relationships = JsonApi.object();
        relationships.set("organization", JsonApi.one("organizations", name.organization()));
        relationships.set("project", none(Tags.project(name.organization(), head), "projects"));
        Lock lock = head.held();
        relationships.set("locked-by", none(lock == null ? null : AccountResource.id(holder(lock)), "users"));
        StateVersion current = head.current();
        relationships.set(
                "current-state-version",
                none(
                        current == null
                                ? null
                                : VersionId.of(name, current.number()).id(),
                        "state-versions"));
        relationships.set("current-run", JsonApi.object().putNull("data"));
        relationships.set("outputs", JsonApi.object().<ObjectNode>set("data", JsonApi.array()));
        relationships.set("remote-state-consumers", link(name, "relationships/remote-state-consumers"));
        relationships.set("tag-bindings", link(name, "tag-bindings"));
        relationships.set("effective-tag-bindings", link(name, "effective-tag-bindings"));
        return relationships;
    }

    private static ObjectNode none(@Nullable String id, String type) {
        return id == null ? JsonApi.object().putNull("data") : JsonApi.one(type, id);
    }

    private static ObjectNode link(WorkspaceName name, String what) {
        return JsonApi.object()
                .set("links", JsonApi.object().put("related", "/api/v2/workspaces/" + name.id() + "/" + what));
    }

    /** Returns who holds a lock: its owner, or what the holder says of itself. */
    static String holder(Lock lock) {
        return lock.owner().isEmpty() ? lock.info().who() : lock.owner();
    }

    /** Clients parse times in whole seconds or parts of them. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Returns a workspace with the values of its outputs linked and included, as the tfe provider reads them. */
    static ObjectNode withOutputs(ObjectNode workspace, ArrayNode outputs) {
        ObjectNode relationships = (ObjectNode) workspace.get("relationships");
        ArrayNode links = JsonApi.array();
        outputs.forEach(output -> links.add(JsonApi.object()
                .put("id", output.path("id").asText())
                .put("type", output.path("type").asText())));
        relationships.set("outputs", JsonApi.object().<ObjectNode>set("data", links));
        return workspace;
    }
}
