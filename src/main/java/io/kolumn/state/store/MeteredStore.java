package io.kolumn.state.store;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.Transition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Times every call of another store: {@code kolumn_state_store_seconds{store,operation,outcome}}. */
public final class MeteredStore implements StateStore {

    private record Key(String operation, String outcome) {}

    private final StateStore store;
    private final String type;
    private final MeterRegistry meters;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    public MeteredStore(StateStore store, String type, MeterRegistry meters) {
        this.store = store;
        this.type = type;
        this.meters = meters;
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return timed("head", () -> store.head(name));
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return store.recent(name);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return timed("content", () -> store.content(name, version));
    }

    @Override
    public boolean commit(Transition transition) {
        return timed("commit", () -> store.commit(transition));
    }

    @Override
    public void confirm(StateName name) {
        timed("confirm", () -> {
            store.confirm(name);
            return true;
        });
    }

    @Override
    public HeadPage list(ListQuery query) {
        return timed("list", () -> store.list(query));
    }

    @Override
    public HeadPage locked(String prefix, @Nullable StateName after, int limit) {
        return timed("locked", () -> store.locked(prefix, after, limit));
    }

    @Override
    public StoreCount count() {
        return timed("count", store::count);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return timed("history", () -> store.history(name, before, limit));
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        return timed("indexed", () -> store.headWithHistory(name));
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        timed("delete-content", () -> {
            store.deleteContent(name, version);
            return true;
        });
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        timed("put-attachment", () -> {
            store.putAttachment(name, record, document);
            return true;
        });
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return timed("attachments", () -> store.attachments(name));
    }

    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        return timed("attached", () -> store.attached(names));
    }

    @Override
    public List<String> orphans(StateName name) {
        return timed("orphans", () -> store.orphans(name));
    }

    @Override
    public int sweep(StateName name, Duration age) {
        return timed("sweep", () -> store.sweep(name, age));
    }

    @Override
    public void clear(StateName name, long versions) {
        timed("clear", () -> {
            store.clear(name, versions);
            return true;
        });
    }

    @Override
    public Optional<ResourceTable> resources() {
        return store.resources();
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return store.indexes();
    }

    @Override
    public Optional<StoreSignals> signals() {
        return store.signals();
    }

    @Override
    public StoreCheck check() {
        return timed("check", store::check);
    }

    @Override
    public void close() {
        store.close();
    }

    private <T> T timed(String operation, Supplier<T> call) {
        long start = System.nanoTime();
        String outcome = "error";
        try {
            T result = call.get();
            outcome = Boolean.FALSE.equals(result) ? "conflict" : "ok";
            return result;
        } catch (StateException e) {
            outcome = e.code();
            throw e;
        } finally {
            timers.computeIfAbsent(new Key(operation, outcome), this::timer)
                    .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(Key key) {
        return Timer.builder("kolumn.state.store")
                .description("Calls of the storage")
                .tag("store", type)
                .tag("operation", key.operation())
                .tag("outcome", key.outcome())
                .register(meters);
    }
}
