package io.kolumn.state.tfe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.Labels;
import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.Exchange;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Making, changing and removing workspaces. */
@Singleton
final class WorkspaceChanges {

    private final StateBackend backend;
    private final Workspaces workspaces;
    private final Holder holder;
    private final Exchange exchange;

    WorkspaceChanges(StateBackend backend, Workspaces workspaces, Holder holder, Exchange exchange) {
        this.backend = backend;
        this.workspaces = workspaces;
        this.holder = holder;
        this.exchange = exchange;
    }

    /**
     * Makes a workspace: a head without a version. Repeating it succeeds, since the first answer may have been lost.
     *
     * @throws Refusal with 422 if there is a state with this name, or the workspace asks for what is not offered
     */
    StateHead create(WorkspaceName name, JsonNode asked) {
        check(name, asked);
        Map<String, String> labels = new TreeMap<>();
        Tags.asked(asked).forEach((key, value) -> labels.put(key, Objects.requireNonNull(value)));
        try {
            return backend.create(name.state(), Labels.of(labels), holder.author())
                    .head();
        } catch (Conflict taken) {
            throw Refusal.unprocessable("Name has already been taken: there is a state '" + name.state() + "'.");
        }
    }

    /**
     * Changes a workspace. Its version of Terraform and its description are accepted and forgotten.
     *
     * @throws Refusal with 422 for another name, and for what is not offered
     */
    StateHead update(WorkspaceName name, JsonNode asked) {
        StateHead head = workspaces.existing(name);
        check(name, asked);
        Map<String, @Nullable String> changes = Tags.asked(asked);
        return changes.isEmpty()
                ? head
                : backend.label(name.state(), changes, holder.author()).head();
    }

    private static void check(WorkspaceName name, JsonNode asked) {
        JsonNode attributes = asked.path("attributes");
        String wanted = attributes.path("name").asText(name.workspace());
        if (!wanted.equals(name.workspace())) {
            throw Refusal.unprocessable("A workspace is not renamed here. Use 'kolumn-state mv', or POST /v1/moves.");
        }
        String mode = attributes.path("execution-mode").asText("local");
        if (!mode.equals("local") || attributes.path("operations").asBoolean()) {
            throw Refusal.unprocessable("Runs are not offered; execution is local. Set execution-mode to 'local'.");
        }
        if (attributes.path("vcs-repo").isObject()) {
            throw Refusal.unprocessable("A workspace here has no repository: runs are not offered.");
        }
    }

    /**
     * Deletes a workspace; its history stays. It is a success if there is none.
     *
     * @throws Refusal with 409 if it is locked
     */
    void delete(WorkspaceName name) {
        delete(name, WriteOptions.by(holder.author()));
    }

    private void delete(WorkspaceName name, WriteOptions options) {
        try {
            backend.delete(name.state(), options);
        } catch (Locked locked) {
            throw locked(name, locked.holder());
        }
    }

    /**
     * Deletes a workspace that manages no resources, as {@code terraform workspace delete} does.
     *
     * @throws Refusal with 409 if it is locked, has resources, or is encrypted, so that nobody can tell
     */
    void safeDelete(WorkspaceName name) throws IOException {
        Optional<StateHead> head = workspaces.find(name);
        if (head.isEmpty()) {
            return;
        }
        if (head.get().held() != null) {
            throw locked(name, head.get().held());
        }
        StateVersion current = head.get().current();
        if (current != null && !current.empty()) {
            checkNoResources(name, current);
        }
        WriteOptions options = WriteOptions.by(holder.author());
        delete(name, current == null ? options : options.when(Precondition.is(current.number())));
    }

    private static Refusal locked(WorkspaceName name, @Nullable Lock lock) {
        return Refusal.conflict(
                "Workspace is locked",
                "The workspace '" + name + "' is locked" + (lock == null ? "" : " by " + WorkspaceView.holder(lock))
                        + ". Unlock it first.");
    }

    private void checkNoResources(WorkspaceName name, StateVersion current) throws IOException {
        StateDocument document = backend.get(name.state(), current.number(), exchange::reserve)
                .orElseThrow()
                .document();
        if (document.format() != StateDocument.Format.TERRAFORM) {
            throw Refusal.conflict(
                    "Workspace cannot be checked",
                    "Whether '" + name + "' is still managing resources is unknown: its document is encrypted or of"
                            + " another format. Use -force to delete it.");
        }
        if (hasResources(document)) {
            throw Refusal.conflict(
                    "Workspace has resources",
                    "The workspace '" + name + "' is still managing resources. Destroy them, or use -force.");
        }
    }

    private static boolean hasResources(StateDocument document) throws IOException {
        try (JsonParser json = document.parser()) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean resources = json.currentName().equals("resources");
                JsonToken value = json.nextToken();
                if (resources && value == JsonToken.START_ARRAY) {
                    return json.nextToken() != JsonToken.END_ARRAY;
                }
                json.skipChildren();
            }
            return false;
        }
    }
}
