package io.kolumn.state.inventory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.FoundResource;
import io.kolumn.state.HeadPage;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.ResourceTable.Rows;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Indexing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The indexes as documents beside the states, for storages that cannot search: a catalog of all current versions in memory,
 * and as many documents as there is room for. What another process changed is seen by the next scan.
 */
final class CatalogIndexes implements Indexes {

    /** What a document costs in memory beside its bytes. */
    private static final int OVERHEAD = 256;

    /**
     * What is known of a state.
     *
     * @param current its current version
     * @param labels null for none
     * @param indexed the id of the version that its document is of, empty for none; null if nobody has looked yet
     * @param count what that document says; null if there is none
     */
    private record Known(
            StateVersion current,
            @Nullable Labels labels,
            @Nullable String indexed,
            @Nullable ResourceCount count) {

        boolean behind() {
            return !current.id().equals(indexed);
        }
    }

    private final Indexing access;
    private final Function<Behind, Optional<IndexedVersion>> maker;
    private final @Nullable IndexDocuments documents;
    private final boolean reading;
    private final Cache<StateName, byte[]> cache;
    private final NavigableMap<StateName, Known> states = new ConcurrentSkipListMap<>();
    private volatile boolean scanned;

    /**
     * @param reading whether nothing is written, and what is not indexed is indexed in memory
     * @param maker makes an index that is in no document; empty if its version is kept no longer
     */
    CatalogIndexes(Indexing access, long cacheSize, boolean reading, Function<Behind, Optional<IndexedVersion>> maker) {
        this.access = access;
        this.reading = reading;
        this.maker = maker;
        this.documents = access.indexes().orElse(null);
        this.cache = Caffeine.newBuilder()
                .maximumWeight(cacheSize)
                .weigher((StateName name, byte[] document) -> document.length + OVERHEAD)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public void put(IndexedVersion index) {
        StateName name = index.summary().state();
        byte[] document = IndexJson.write(index);
        if (documents != null) {
            documents.put(name, document);
            if (access.head(name).map(Unindexed::version).isEmpty()) {
                forget(name); // deleted meanwhile, and perhaps purged
                return;
            }
        }
        states.computeIfPresent(name, (same, known) -> {
            cache.put(name, document);
            return new Known(known.current(), known.labels(), index.summary().id(), ResourceCount.of(index.summary()));
        });
    }

    @Override
    public void look(StateName name, @Nullable StateHead head) {
        StateVersion current = Unindexed.version(head);
        if (head != null && current != null) {
            see(head, current);
        } else {
            forget(name);
        }
    }

    private void see(StateHead head, StateVersion current) {
        states.compute(head.name(), (same, known) -> {
            if (known != null && known.current().number() > current.number() && !gone(known, head)) {
                return known; // an older look than the last one
            }
            return new Known(
                    current,
                    head.labels(),
                    known == null ? null : known.indexed(),
                    known == null ? null : known.count());
        });
    }

    /** Whether a version that was seen before is none of this head. */
    private static boolean gone(Known known, StateHead head) {
        return head.lastVersion() < known.current().number();
    }

    private void forget(StateName name) {
        states.remove(name);
        cache.invalidate(name);
        if (documents != null) {
            documents.delete(name);
        }
    }

    @Override
    public List<Behind> scan(int limit) {
        Set<StateName> seen = new HashSet<>();
        ListQuery query = ListQuery.all();
        HeadPage page;
        do {
            page = access.heads(query);
            for (StateHead head : page.heads()) {
                StateVersion current = Unindexed.version(head);
                if (current != null) {
                    see(head, current);
                    seen.add(head.name());
                }
            }
            query = page.heads().isEmpty()
                    ? query
                    : query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT);
        } while (page.more());
        states.keySet().stream().filter(name -> !seen.contains(name)).toList().forEach(this::lookAgain);
        List<Behind> behind = new ArrayList<>();
        states.forEach((name, known) -> {
            if (known.behind()) {
                cache.invalidate(name); // another process may have indexed it
                document(name);
            }
            Known now = states.get(name);
            if (now != null && now.behind() && behind.size() < limit) {
                behind.add(new Behind(name, now.current()));
            }
        });
        scanned = true;
        return behind;
    }

    /** One that was not listed may be newer than the list. */
    private void lookAgain(StateName name) {
        look(name, access.head(name).orElse(null));
    }

    @Override
    public List<Behind> behind() {
        List<Behind> behind = new ArrayList<>();
        states.forEach((name, known) -> {
            if (known.indexed() != null && known.behind()) {
                behind.add(new Behind(name, known.current()));
            }
        });
        return behind;
    }

    /** From memory, or from beside the state; null if there is none. */
    private byte @Nullable [] document(StateName name) {
        byte[] cached = cache.getIfPresent(name);
        if (cached != null) {
            return cached;
        }
        Known known = states.get(name);
        byte[] document = documents == null ? null : documents.get(name).orElse(null);
        if (known != null && (reading || documents == null) && !isOf(name, known, document)) {
            document = made(name, known);
        }
        return kept(name, document);
    }

    private static boolean isOf(StateName name, Known known, byte @Nullable [] document) {
        return document != null && IndexJson.isOf(name, known.current(), document);
    }

    private byte @Nullable [] kept(StateName name, byte @Nullable [] document) {
        IndexedVersion.Summary summary =
                document == null ? null : IndexJson.summary(name, document).orElse(null);
        String id = summary == null ? "" : summary.id();
        ResourceCount count = summary == null ? null : ResourceCount.of(summary);
        states.computeIfPresent(name, (same, now) -> {
            if (document != null && !id.isEmpty()) {
                cache.put(name, document);
            }
            return new Known(now.current(), now.labels(), id, count);
        });
        return id.isEmpty() ? null : document;
    }

    /** Where no storage keeps it, one that was made before is made again. */
    private byte @Nullable [] made(StateName name, Known known) {
        boolean before = known.indexed() != null && !known.indexed().isEmpty();
        return reading || before
                ? maker.apply(new Behind(name, known.current()))
                        .map(IndexJson::write)
                        .orElse(null)
                : null;
    }

    private void ready() {
        if (!scanned) {
            scan(1);
        }
    }

    @Override
    public Optional<IndexedVersion> of(StateName name) {
        ready();
        byte[] document = states.containsKey(name) ? document(name) : null;
        return document == null ? Optional.empty() : IndexJson.read(name, document, resource -> true);
    }

    @Override
    public Map<StateName, ResourceCount> counts(Collection<StateName> names) {
        Map<StateName, ResourceCount> counts = new HashMap<>();
        for (StateName name : names) {
            Known known = states.get(name);
            if (known != null && known.count() != null) {
                counts.put(name, known.count());
            }
        }
        return counts;
    }

    @Override
    public Rows find(ResourceQuery query, Predicate<StateName> readable) {
        ready();
        List<FoundResource> found = new ArrayList<>();
        ResourceQuery.Position after = query.after();
        NavigableMap<StateName, Known> rest = after == null ? states : states.tailMap(after.state(), true);
        for (Map.Entry<StateName, Known> entry : rest.entrySet()) {
            StateName name = entry.getKey();
            if (!name.value().startsWith(query.prefix())
                    || !query.labels().matches(entry.getValue().labels())
                    || !readable.test(name)) {
                continue;
            }
            collect(name, query, found);
            if (found.size() > query.limit()) {
                return new Rows(found.subList(0, query.limit()), true);
            }
        }
        return new Rows(found, false);
    }

    /** Adds what matches in one state, up to one more than the limit. */
    private void collect(StateName name, ResourceQuery query, List<FoundResource> found) {
        byte[] document = document(name);
        if (document == null) {
            return;
        }
        ResourceQuery.Position after = query.after();
        int[] room = {query.limit() + 1 - found.size()};
        Predicate<IndexedResource> wanted = resource -> room[0] > 0
                && query.matches(resource)
                && (after == null
                        || !after.state().equals(name)
                        || IndexJson.BYTE_ORDER.compare(resource.address(), after.address()) > 0)
                && room[0]-- > 0;
        IndexJson.read(name, document, wanted)
                .ifPresent(index -> index.resources()
                        .forEach(resource -> found.add(new FoundResource(
                                name, index.summary().number(), index.summary().serial(), resource))));
    }

    /** One after the other; a state without a document costs a request as well. */
    @Override
    public void clean(BooleanSupplier stopped) {
        ListQuery query = new ListQuery("", null, ListQuery.MAX_LIMIT, true, true);
        HeadPage page = null;
        while (documents != null && (page == null || page.more()) && !stopped.getAsBoolean()) {
            page = access.heads(query);
            for (StateHead head : page.heads()) {
                if (!stopped.getAsBoolean()) {
                    documents.delete(head.name());
                }
            }
            query = page.heads().isEmpty()
                    ? query
                    : query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT);
        }
    }

    @Override
    public void summaries(String prefix, Predicate<StateName> readable, Consumer<IndexedVersion.Summary> each) {
        ready();
        states.forEach((name, known) -> {
            byte[] document = name.value().startsWith(prefix) && readable.test(name) ? document(name) : null;
            if (document != null) {
                IndexJson.summary(name, document).ifPresent(each);
            }
        });
    }
}
