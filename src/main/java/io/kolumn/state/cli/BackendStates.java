package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.backend.QuarantinedDocument;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.inventory.Inventory;
import io.kolumn.state.inventory.InventorySettings;
import io.kolumn.state.inventory.InventoryStats;
import io.kolumn.state.inventory.ResourcePage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The states of a storage that this process has opened. */
record BackendStates(StateBackend backend, Inventory inventory) implements States {

    BackendStates(StateBackend backend) {
        this(backend, Inventory.toRead(backend, InventorySettings.defaults(), Clock.systemUTC()));
    }

    @Override
    public HeadPage list(ListQuery query) {
        return backend.list(query);
    }

    @Override
    public HeadPage locks(LockQuery query) {
        return backend.locks(query);
    }

    @Override
    public Optional<StateVersion> current(StateName name) {
        return backend.current(name);
    }

    @Override
    public Optional<Labels> labels(StateName name) {
        return backend.labels(name);
    }

    @Override
    public Labels label(StateName name, Map<String, @Nullable String> changes, String author) {
        return backend.label(name, changes, author).labels();
    }

    @Override
    public Optional<VersionedDocument> get(StateName name) {
        return backend.get(name);
    }

    @Override
    public Optional<VersionedDocument> get(StateName name, long version) {
        return backend.get(name, version);
    }

    @Override
    public Optional<VersionedDocument> at(StateName name, Instant time, Consumer<String> unsure) {
        return backend.at(name, time).flatMap(point -> {
            if (!point.certain()) {
                unsure.accept(UNSURE);
            }
            return backend.get(name, point.version().number());
        });
    }

    @Override
    public StateDiff diff(StateName name, long from, StateName otherName, long to, boolean sensitive) {
        return backend.diff(name, from, otherName, to, sensitive, size -> {});
    }

    @Override
    public Optional<OutputValues> outputs(StateName name, boolean sensitive) {
        return backend.outputs(name, sensitive, size -> {})
                .map(outputs -> new OutputValues(outputs.version().number(), outputs.outputs()));
    }

    @Override
    public Optional<VersionedDocument> getQuarantined(StateName name, String id) {
        return backend.getQuarantined(name, id);
    }

    @Override
    public WriteResult put(StateName name, StateDocument document, WriteOptions options) {
        return backend.put(name, document, options);
    }

    @Override
    public RestoreResult restore(StateName name, long version, WriteOptions options) {
        return backend.restore(name, version, options, size -> {});
    }

    @Override
    public RestoreResult restoreQuarantined(StateName name, String id, WriteOptions options) {
        return backend.restoreQuarantined(name, id, options, size -> {});
    }

    @Override
    public boolean delete(StateName name, WriteOptions options) {
        return backend.delete(name, options);
    }

    @Override
    public PurgeResult purge(StateName name, Purge asked, WriteOptions options) {
        return backend.purge(name, asked, options);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return backend.history(name, before, limit);
    }

    @Override
    public List<QuarantinedDocument> quarantined(StateName name) {
        return backend.quarantined(name, size -> {});
    }

    @Override
    public LockResult lock(StateName name, LockInfo info, @Nullable Duration ttl, Duration maxWait) {
        return backend.lock(name, info, LockOptions.none().withTtl(ttl).waiting(maxWait));
    }

    @Override
    public Lock renew(StateName name, String id, Duration ttl) {
        return backend.renew(name, id, ttl);
    }

    @Override
    public boolean unlock(StateName name, String id) {
        return backend.unlock(name, id);
    }

    @Override
    public boolean forceUnlock(StateName name, String author) {
        return backend.forceUnlock(name, author);
    }

    @Override
    public Optional<Lock> lockOf(StateName name) {
        return backend.lockOf(name);
    }

    @Override
    public ResourcePage find(ResourceQuery query) {
        return inventory.find(query);
    }

    @Override
    public InventoryStats stats(String prefix) {
        return inventory.stats(prefix);
    }

    @Override
    public MoveResult copy(StateName from, StateName to, WriteOptions options) {
        return backend.copy(from, to, options);
    }

    @Override
    public MoveResult move(StateName from, StateName to, WriteOptions options) {
        return backend.move(from, to, options);
    }

    @Override
    public boolean endMove(StateName name) {
        return backend.endMove(name);
    }
}
