package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.diff.StateOutputs;
import io.kolumn.state.diff.StateOutputs.Output;
import io.kolumn.state.http.Exchange;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Outputs of workspaces: all at once, without sensitive values; those are read one by one. */
@Singleton
final class WorkspaceOutputs {

    private final StateBackend backend;
    private final Exchange exchange;

    WorkspaceOutputs(StateBackend backend, Exchange exchange) {
        this.backend = backend;
        this.exchange = exchange;
    }

    /**
     * Returns the outputs of the current version; none without one. Of a document that cannot be read here, it returns one item
     * without a type: a client then reads the document itself.
     */
    List<ObjectNode> current(WorkspaceName name) {
        try {
            return backend.outputs(name.state(), false, exchange::reserve)
                    .map(outputs -> views(name, outputs))
                    .orElse(List.of());
        } catch (Conflict unreadable) {
            return List.of(unreadable(name, unreadable));
        }
    }

    /** Returns the outputs of a version. */
    List<ObjectNode> of(VersionId id, boolean sensitive) {
        try {
            return views(id.workspace(), outputs(id, sensitive));
        } catch (Conflict unreadable) {
            return List.of(unreadable(id.workspace(), unreadable));
        }
    }

    /** Returns one output with its value, also if that is sensitive. */
    ObjectNode value(VersionId id) {
        return outputs(id, true).outputs().stream()
                .filter(output -> output.name().equals(id.output()))
                .map(output -> view(id.workspace(), id.number(), output))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound(
                        "Version " + id.number() + " of '" + id.workspace() + "' has no such output."));
    }

    /** The current version is read by the permission for outputs; others need the one for documents. */
    private StateOutputs outputs(VersionId id, boolean sensitive) {
        StateName state = id.workspace().state();
        Optional<StateOutputs> current = backend.outputs(state, sensitive, exchange::reserve)
                .filter(outputs -> outputs.version().number() == id.number());
        return current.orElseGet(() -> older(id, state, sensitive));
    }

    private StateOutputs older(VersionId id, StateName state, boolean sensitive) {
        VersionedDocument stored = backend.get(state, id.number(), exchange::reserve)
                .orElseThrow(() ->
                        Refusal.notFound("Workspace '" + id.workspace() + "' has no version " + id.number() + "."));
        try {
            return StateOutputs.of(stored.version(), stored.document(), sensitive);
        } catch (IOException e) {
            throw Refusal.unprocessable("The outputs of this version cannot be read.");
        }
    }

    private static List<ObjectNode> views(WorkspaceName name, StateOutputs outputs) {
        List<ObjectNode> views = new ArrayList<>();
        outputs.outputs()
                .forEach(output -> views.add(view(name, outputs.version().number(), output)));
        return views;
    }

    private static ObjectNode view(WorkspaceName name, long version, Output output) {
        ObjectNode attributes = JsonApi.object().put("name", output.name()).put("sensitive", output.sensitive());
        String type = output.type();
        if (type == null) {
            attributes.putNull("type");
        } else {
            attributes.put("type", base(type));
            attributes.putRawValue("detailed-type", new RawValue(type));
        }
        value(attributes, output.value());
        return JsonApi.resource("state-version-outputs", id(name, version, output), attributes);
    }

    private static void value(ObjectNode attributes, @Nullable String value) {
        if (value == null) {
            attributes.putNull("value");
        } else {
            attributes.putRawValue("value", new RawValue(value));
        }
    }

    private static String id(WorkspaceName name, long version, Output output) {
        return VersionId.of(name, version).withOutput(output.name()).id();
    }

    /** The type without its parts: {@code object} of {@code ["object",{...}]}. */
    private static String base(String type) {
        int from = type.indexOf('"');
        int to = type.indexOf('"', from + 1);
        return from < 0 || to < 0 ? "dynamic" : type.substring(from + 1, to);
    }

    private static ObjectNode unreadable(WorkspaceName name, Conflict unreadable) {
        if (unreadable.reason() != Conflict.Reason.UNREADABLE) {
            throw unreadable;
        }
        ObjectNode attributes = JsonApi.object()
                .put("name", "unreadable")
                .put("sensitive", true)
                .putNull("value");
        return JsonApi.resource(
                "state-version-outputs",
                VersionId.of(name, 0).withOutput("unreadable").id(),
                attributes);
    }

    /**
     * Returns the outputs of the current version as the tfe provider reads them with a workspace. Its library takes only a string
     * as their type.
     */
    ArrayNode included(WorkspaceName name) {
        ArrayNode included = JsonApi.array();
        backend.outputs(name.state(), false, exchange::reserve)
                .ifPresent(outputs -> outputs.outputs()
                        .forEach(output ->
                                included.add(included(name, outputs.version().number(), output))));
        return included;
    }

    private static ObjectNode included(WorkspaceName name, long version, Output output) {
        ObjectNode attributes = JsonApi.object().put("name", output.name()).put("sensitive", output.sensitive());
        attributes.put("output-type", output.type() == null ? "dynamic" : base(output.type()));
        value(attributes, output.value());
        return JsonApi.resource("workspace-outputs", id(name, version, output), attributes);
    }
}
