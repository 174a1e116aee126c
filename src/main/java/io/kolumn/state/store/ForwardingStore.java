package io.kolumn.state.store;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.Transition;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Does as another store; what extends it says what goes otherwise. Closes that store when it is closed. */
public abstract class ForwardingStore implements StateStore {

    private final StateStore store;

    protected ForwardingStore(StateStore store) {
        this.store = store;
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return store.head(name);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return store.recent(name);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return store.content(name, version);
    }

    @Override
    public boolean commit(Transition transition) {
        return store.commit(transition);
    }

    @Override
    public void confirm(StateName name) {
        store.confirm(name);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return store.list(query);
    }

    @Override
    public HeadPage locked(String prefix, @Nullable StateName after, int limit) {
        return store.locked(prefix, after, limit);
    }

    @Override
    public StoreCount count() {
        return store.count();
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return store.history(name, before, limit);
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        return store.headWithHistory(name);
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        store.deleteContent(name, version);
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        store.putAttachment(name, record, document);
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return store.attachments(name);
    }

    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        return store.attached(names);
    }

    @Override
    public List<String> orphans(StateName name) {
        return store.orphans(name);
    }

    @Override
    public int sweep(StateName name, Duration age) {
        return store.sweep(name, age);
    }

    @Override
    public void clear(StateName name, long versions) {
        store.clear(name, versions);
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
        return store.check();
    }

    @Override
    public void close() {
        store.close();
    }
}
