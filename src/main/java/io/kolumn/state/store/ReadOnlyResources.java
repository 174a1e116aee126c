package io.kolumn.state.store;

import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tables that are searched and not changed. */
record ReadOnlyResources(ResourceTable table) implements ResourceTable {

    @Override
    public boolean put(IndexedVersion index) {
        throw ReadOnlyStore.refused();
    }

    @Override
    public void delete(StateName name) {
        throw ReadOnlyStore.refused();
    }

    @Override
    public void sweep() {
        throw ReadOnlyStore.refused();
    }

    @Override
    public void clear() {
        throw ReadOnlyStore.refused();
    }

    @Override
    public Optional<IndexedVersion> get(StateName name) {
        return table.get(name);
    }

    @Override
    public List<Behind> behind(int limit) {
        return table.behind(limit);
    }

    @Override
    public Map<StateName, ResourceCount> counts(Collection<StateName> names) {
        return table.counts(names);
    }

    @Override
    public Rows find(ResourceQuery query) {
        return table.find(query);
    }

    @Override
    public List<IndexedVersion.Summary> summaries(String prefix, @Nullable StateName after, int limit) {
        return table.summaries(prefix, after, limit);
    }
}
