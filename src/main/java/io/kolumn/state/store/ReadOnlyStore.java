package io.kolumn.state.store;

import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.Transition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A store that is opened for reading alone: whatever would change it is a bug of the caller, and is not passed on. */
public final class ReadOnlyStore extends ForwardingStore {

    private final StateStore store;

    public ReadOnlyStore(StateStore store) {
        super(store);
        this.store = store;
    }

    @Override
    public boolean commit(Transition transition) {
        throw refused();
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        throw refused();
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        throw refused();
    }

    @Override
    public int sweep(StateName name, Duration age) {
        throw refused();
    }

    @Override
    public void clear(StateName name, long versions) {
        throw refused();
    }

    @Override
    public Optional<ResourceTable> resources() {
        return store.resources().map(ReadOnlyResources::new);
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return store.indexes().map(documents -> new IndexDocuments() {
            @Override
            public void put(StateName name, byte[] index) {
                throw refused();
            }

            @Override
            public Optional<byte[]> get(StateName name) {
                return documents.get(name);
            }

            @Override
            public void delete(StateName name) {
                throw refused();
            }
        });
    }

    /** Who only reads has no news. */
    @Override
    public Optional<StoreSignals> signals() {
        return Optional.empty();
    }

    /** By a look at the list: a store's own check may write to know whether it can. */
    @Override
    public StoreCheck check() {
        try {
            store.list(new ListQuery("", null, 1, true, true));
            return new StoreCheck(true, false, Map.of(), "The storage is open for reading only.");
        } catch (Unavailable e) {
            return new StoreCheck(false, false, Map.of(), e.getMessage());
        }
    }

    static IllegalStateException refused() {
        return new IllegalStateException("The storage is open for reading only");
    }
}
