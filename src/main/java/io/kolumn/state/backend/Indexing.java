package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreSignals;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What an inventory and a feed of events need of a backend: current versions, their documents, places of indexes, and news of others. It asks no one for a
 * permission, except in {@link #asked}: whoever uses it must.
 */
public final class Indexing {

    private final StateStore store;
    private final Calls calls;

    Indexing(StateStore store, Calls calls) {
        this.store = store;
        this.calls = calls;
    }

    /** Returns the tables of {@link StateStore#resources()}. */
    public Optional<ResourceTable> resources() {
        return store.resources();
    }

    /** Returns the documents of {@link StateStore#indexes()}. */
    public Optional<IndexDocuments> indexes() {
        return store.indexes();
    }

    /** Returns heads as {@link StateStore#list} does, without names of the service itself. */
    public HeadPage heads(ListQuery query) {
        return ReservedNames.list(store, query);
    }

    /** Returns the head of a state, or empty if there is none or the name is reserved. */
    public Optional<StateHead> head(StateName name) {
        return name.reserved() ? Optional.empty() : store.head(name);
    }

    /** Returns records of kept versions as {@link StateStore#history} does; none of a reserved name. */
    public List<StateVersion> history(StateName name, long before, int limit) {
        return name.reserved() ? List.of() : store.history(name, before, limit);
    }

    /** Returns the messages of {@link StateStore#signals()}. */
    public Optional<StoreSignals> signals() {
        return store.signals();
    }

    /** Returns the document of a version, or empty if it is kept no longer. */
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return store.content(name, version);
    }

    /**
     * Answers a question over many states as one recorded call.
     *
     * @param answer of what this caller may read
     * @throws Unauthenticated if the caller is nobody, or its proof has expired
     */
    public <T> T asked(Function<Caller, T> answer) {
        return calls.list(answer);
    }
}
