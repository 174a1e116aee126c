package io.kolumn.state.inventory;

import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.ResourceTable.Rows;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The indexes in tables of the storage, which all processes share. */
final class TableIndexes implements Indexes {

    private final ResourceTable table;
    private final boolean reading;
    private final Unindexed behind = new Unindexed();

    /** @param reading whether nothing is written */
    TableIndexes(ResourceTable table, boolean reading) {
        this.table = table;
        this.reading = reading;
    }

    @Override
    public void put(IndexedVersion index) {
        if (table.put(index)) {
            behind.done(index.summary());
        }
    }

    @Override
    public void look(StateName name, @Nullable StateHead head) {
        StateVersion current = Unindexed.version(head);
        if (current != null) {
            behind.add(new Behind(name, current));
        } else {
            table.delete(name);
            behind.remove(name);
        }
    }

    @Override
    public List<Behind> scan(int limit) {
        if (!reading) {
            table.sweep();
        }
        List<Behind> found = table.behind(limit);
        behind.replace(found);
        return found;
    }

    @Override
    public List<Behind> behind() {
        return behind.all();
    }

    @Override
    public Optional<IndexedVersion> of(StateName name) {
        return table.get(name);
    }

    @Override
    public Map<StateName, ResourceCount> counts(Collection<StateName> names) {
        return table.counts(names);
    }

    /** What may not be read is passed over as if it were not there. */
    @Override
    public Rows find(ResourceQuery query, Predicate<StateName> readable) {
        List<FoundResource> found = new ArrayList<>();
        ResourceQuery next = query;
        while (true) {
            Rows rows = table.find(next);
            for (FoundResource resource : rows.resources()) {
                if (readable.test(resource.state())) {
                    if (found.size() == query.limit()) {
                        return new Rows(found, true);
                    }
                    found.add(resource);
                }
            }
            if (!rows.more() || found.size() == query.limit()) {
                return new Rows(
                        found, rows.more() && more(query, rows.resources().getLast(), readable));
            }
            next = query.behind(rows.resources().getLast().position(), ListQuery.MAX_LIMIT);
        }
    }

    /** Whether the caller may read anything behind this one. */
    private boolean more(ResourceQuery query, FoundResource last, Predicate<StateName> readable) {
        ResourceQuery next = query.behind(last.position(), 1);
        while (true) {
            Rows rows = table.find(next);
            if (rows.resources().stream().anyMatch(resource -> readable.test(resource.state()))) {
                return true;
            }
            if (!rows.more()) {
                return false;
            }
            next = query.behind(rows.resources().getLast().position(), ListQuery.MAX_LIMIT);
        }
    }

    @Override
    public void clean(BooleanSupplier stopped) {
        table.clear();
    }

    @Override
    public void summaries(String prefix, Predicate<StateName> readable, Consumer<IndexedVersion.Summary> each) {
        StateName after = null;
        List<IndexedVersion.Summary> page;
        do {
            page = table.summaries(prefix, after, ListQuery.MAX_LIMIT);
            for (IndexedVersion.Summary summary : page) {
                if (readable.test(summary.state())) {
                    each.accept(summary);
                }
                after = summary.state();
            }
        } while (page.size() == ListQuery.MAX_LIMIT);
    }
}
