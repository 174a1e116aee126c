package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.HeadPage;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.backend.QuarantinedDocument;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.inventory.InventoryStats;
import io.kolumn.state.inventory.ResourcePage;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The states of a running service. */
final class ServerStates implements States {

    private final ServerClient client;

    ServerStates(ServerClient client) {
        this.client = client;
    }

    @Override
    public HeadPage list(ListQuery query) {
        List<String> included = new ArrayList<>();
        if (query.deleted()) {
            included.add("deleted");
        }
        if (query.locked()) {
            included.add("locked");
        }
        JsonNode page = client.get("/v1/states")
                .parameter("prefix", query.prefix().isEmpty() ? null : query.prefix())
                .parameter("after", query.after())
                .parameter("limit", query.limit())
                .parameter("include", included.isEmpty() ? null : String.join(",", included))
                .parameter("label", query.labels().isEmpty() ? null : query.labels())
                .send();
        List<StateHead> heads = new ArrayList<>();
        page.path("states").forEach(entry -> heads.add(ServerJson.head(entry)));
        return new HeadPage(heads, page.hasNonNull("next"));
    }

    @Override
    public HeadPage locks(LockQuery query) {
        JsonNode page = client.get("/v1/locks")
                .parameter("prefix", query.prefix().isEmpty() ? null : query.prefix())
                .parameter("after", query.after())
                .parameter("limit", query.limit())
                .parameter("older-than", query.olderThan().isZero() ? null : query.olderThan())
                .send();
        List<StateHead> heads = new ArrayList<>();
        page.path("locks").forEach(entry -> heads.add(ServerJson.locked(entry)));
        return new HeadPage(heads, page.hasNonNull("next"));
    }

    /** The entry of the list: of all names that start with this one it is the first. */
    @Override
    public Optional<StateVersion> current(StateName name) {
        return list(new ListQuery(name.value(), null, 1, false, false)).heads().stream()
                .filter(head -> head.name().equals(name))
                .findFirst()
                .map(StateHead::current);
    }

    @Override
    public Optional<VersionedDocument> get(StateName name) {
        return document(name, client.get("/v1/states/" + name));
    }

    @Override
    public Optional<VersionedDocument> get(StateName name, long version) {
        return document(name, client.get("/v1/states/" + name).parameter("version", version));
    }

    @Override
    public Optional<VersionedDocument> at(StateName name, Instant time, Consumer<String> unsure) {
        return client.get("/v1/states/" + name).parameter("at", time).open().map(answer -> {
            if (!ServerDocument.exact(answer)) {
                unsure.accept(UNSURE);
            }
            return ServerDocument.of(name, answer);
        });
    }

    @Override
    public StateDiff diff(StateName name, long from, StateName otherName, long to, boolean sensitive) {
        return ServerJson.diff(client.get("/v1/diffs/" + name)
                .parameter("from", from)
                .parameter("to", to)
                .parameter("other", otherName.equals(name) ? null : otherName)
                .parameter("sensitive", sensitive ? true : null)
                .send());
    }

    @Override
    public Optional<VersionedDocument> getQuarantined(StateName name, String id) {
        return document(name, client.get("/v1/states/" + name).parameter("quarantined", id));
    }

    private Optional<VersionedDocument> document(StateName name, ServerClient.Call call) {
        return call.open().map(answer -> ServerDocument.of(name, answer));
    }

    @Override
    public WriteResult put(StateName name, StateDocument document, WriteOptions options) {
        ServerClient.Call call = client.call("PUT", "/v1/states/" + name)
                .parameter("lock", options.lockId())
                .parameter("force", options.force() ? true : null)
                .json(HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofInputStream(document::open), Math.max(1, document.size())));
        options.preconditions().forEach(condition -> condition(call, condition));
        Optional<StateVersion> before = current(name);
        StateVersion version = ServerJson.version(call.send());
        boolean changed = before.isEmpty() || before.get().number() != version.number();
        return new WriteResult(version, before.isEmpty(), changed);
    }

    private static void condition(ServerClient.Call call, Precondition condition) {
        List<String> tags = condition.versions().stream()
                .map(number -> '"' + number.toString() + '"')
                .toList();
        switch (condition.kind()) {
            case EXISTS -> call.header("If-Match", "*");
            case ABSENT -> call.header("If-None-Match", "*");
            case IS -> call.header("If-Match", String.join(", ", tags));
            case IS_NOT -> call.header("If-None-Match", String.join(", ", tags));
        }
    }

    @Override
    public RestoreResult restore(StateName name, long version, WriteOptions options) {
        return restored(name, Map.of("version", version), options);
    }

    @Override
    public RestoreResult restoreQuarantined(StateName name, String id, WriteOptions options) {
        return restored(name, Map.of("quarantined", id), options);
    }

    private RestoreResult restored(StateName name, Map<String, Object> which, WriteOptions options) {
        ServerClient.Call call = client.call("POST", "/v1/restores/" + name)
                .parameter("lock", options.lockId())
                .json(which);
        options.preconditions().forEach(condition -> condition(call, condition));
        JsonNode restored = call.send();
        return new RestoreResult(
                ServerJson.version(restored.path("version")),
                false,
                restored.path("changed").asBoolean(),
                restored.path("quarantined").textValue());
    }

    @Override
    public boolean delete(StateName name, WriteOptions options) {
        ServerClient.Call call = client.call("DELETE", "/v1/states/" + name).parameter("lock", options.lockId());
        options.preconditions().forEach(condition -> condition(call, condition));
        return call.find().isPresent();
    }

    @Override
    public PurgeResult purge(StateName name, Purge asked, WriteOptions options) {
        boolean whole = asked.version() == null && asked.quarantined() == null;
        ServerClient.Call call = client.call("DELETE", "/v1/versions/" + name)
                .parameter("version", asked.version())
                .parameter("quarantined", asked.quarantined())
                .parameter("all", whole ? true : null)
                .parameter("reason", asked.reason().isEmpty() ? null : asked.reason())
                .parameter("lock", options.lockId());
        options.preconditions().forEach(condition -> condition(call, condition));
        JsonNode purged = call.send();
        List<StateVersion> quarantined = new ArrayList<>();
        purged.path("quarantined")
                .forEach(entry -> quarantined.add(ServerJson.quarantined(entry).record()));
        return new PurgeResult(
                asked, versions(purged), quarantined, purged.path("changed").asBoolean());
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return client.get("/v1/versions/" + name)
                .parameter("before", before == Long.MAX_VALUE ? null : before)
                .parameter("limit", limit)
                .find()
                .map(ServerStates::versions)
                .orElse(List.of());
    }

    @Override
    public List<QuarantinedDocument> quarantined(StateName name) {
        List<QuarantinedDocument> quarantined = new ArrayList<>();
        client.get("/v1/versions/" + name)
                .parameter("quarantined", true)
                .find()
                .ifPresent(
                        list -> list.path("versions").forEach(entry -> quarantined.add(ServerJson.quarantined(entry))));
        return quarantined;
    }

    private static List<StateVersion> versions(JsonNode list) {
        List<StateVersion> versions = new ArrayList<>();
        list.path("versions").forEach(version -> versions.add(ServerJson.version(version)));
        return versions;
    }

    @Override
    public LockResult lock(StateName name, LockInfo info, @Nullable Duration ttl, Duration maxWait) {
        Map<String, Object> holder = new LinkedHashMap<>();
        holder.put("id", info.id());
        holder.put("who", info.who());
        holder.put("reason", info.info());
        holder.put("operation", info.operation());
        JsonNode lock = client.call("PUT", "/v1/locks/" + name)
                .parameter("ttl", ttl)
                .parameter("wait", maxWait.isZero() ? null : maxWait)
                .json(holder)
                .send();
        return new LockResult(ServerJson.lock(lock), true, null);
    }

    @Override
    public Lock renew(StateName name, String id, Duration ttl) {
        return ServerJson.lock(client.call("POST", "/v1/locks/" + name)
                .parameter("id", id)
                .parameter("ttl", ttl)
                .send());
    }

    @Override
    public Optional<OutputValues> outputs(StateName name, boolean sensitive) {
        return client.get("/v1/outputs/" + name)
                .parameter("sensitive", sensitive ? true : null)
                .find()
                .map(ServerJson::outputs);
    }

    @Override
    public boolean unlock(StateName name, String id) {
        boolean held = lockOf(name).isPresent();
        client.call("DELETE", "/v1/locks/" + name).parameter("id", id).send();
        return held;
    }

    @Override
    public boolean forceUnlock(StateName name, String author) {
        boolean held = lockOf(name).isPresent();
        client.call("DELETE", "/v1/locks/" + name).parameter("force", true).send();
        return held;
    }

    @Override
    public Optional<Lock> lockOf(StateName name) {
        return client.get("/v1/locks/" + name).find().map(ServerJson::lock);
    }

    @Override
    public Optional<Labels> labels(StateName name) {
        return client.get("/v1/labels/" + name).find().map(ServerJson::labels);
    }

    @Override
    public Labels label(StateName name, Map<String, @Nullable String> changes, String author) {
        return ServerJson.labels(
                client.call("PATCH", "/v1/labels/" + name).json(changes).send());
    }

    @Override
    public ResourcePage find(ResourceQuery query) {
        return InventoryJson.page(client.get("/v1/resources")
                .parameter("q", given(query.text()))
                .parameter("type", given(query.type()))
                .parameter("provider", given(query.provider()))
                .parameter("address", given(query.address()))
                .parameter("id", given(query.id()))
                .parameter("label", query.labels().isEmpty() ? null : query.labels())
                .parameter("prefix", given(query.prefix()))
                .parameter("after", query.after())
                .parameter("limit", query.limit())
                .send());
    }

    private static @Nullable String given(String text) {
        return text.isEmpty() ? null : text;
    }

    @Override
    public InventoryStats stats(String prefix) {
        return InventoryJson.stats(
                client.get("/v1/stats").parameter("prefix", given(prefix)).send());
    }

    @Override
    public MoveResult copy(StateName from, StateName to, WriteOptions options) {
        return carried(Map.of("from", from.value(), "to", to.value(), "copy", true), options);
    }

    @Override
    public MoveResult move(StateName from, StateName to, WriteOptions options) {
        return carried(Map.of("from", from.value(), "to", to.value()), options);
    }

    private MoveResult carried(Map<String, Object> asked, WriteOptions options) {
        return ServerJson.carried(client.call("POST", "/v1/moves")
                .parameter("lock", options.lockId())
                .json(asked)
                .send());
    }

    @Override
    public boolean endMove(StateName name) {
        return client.call("DELETE", "/v1/moves/" + name).find().isPresent();
    }
}
