package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.transfer.WholeStates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whole states of a running service: their records at once, and each document when it is asked for. */
final class ServerWholeStates implements WholeStates {

    private final ServerClient client;
    private final States states;

    ServerWholeStates(ServerClient client) {
        this.client = client;
        this.states = new ServerStates(client);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return states.list(query);
    }

    @Override
    public boolean seesAll(String prefix) {
        return client.get("/v1/states")
                .parameter("prefix", prefix.isEmpty() ? null : prefix)
                .parameter("limit", 1)
                .send()
                .path("seesAll")
                .asBoolean();
    }

    @Override
    public Optional<StateSnapshot> whole(StateName name) {
        return client.get("/v1/records/" + name)
                .find()
                .map(records -> ServerJson.whole(records, version -> content(name, version)));
    }

    private StateDocument content(StateName name, StateVersion version) {
        boolean quarantined = version.number() == 0;
        String what = quarantined ? "Document " + version.id() + " beside" : "Version " + version.number() + " of";
        StateDocument content = (quarantined
                        ? states.getQuarantined(name, version.id())
                        : states.get(name, version.number()))
                .map(VersionedDocument::document)
                .orElseThrow(() -> new Unavailable(what + " state '" + name + "' no longer exists.", null));
        if (!version.describes(content)) {
            throw new Unavailable(
                    what + " state '" + name + "' is not that of its record: it has the sha-256 " + content.sha256()
                            + ", not " + version.sha256() + ".",
                    null);
        }
        return content;
    }

    /** A service does not show them. */
    @Override
    public List<String> orphans(StateName name) {
        return List.of();
    }

    @Override
    public int sweep(StateName name, Duration older) {
        throw new UnsupportedOperationException("A service sweeps by itself");
    }
}
