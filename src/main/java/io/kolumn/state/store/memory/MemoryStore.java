package io.kolumn.state.store.memory;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Heads and versions in a map of this process. Linearizable, never durable. */
public final class MemoryStore implements StateStore {

    /** A state as it is at one moment; {@code kept} is oldest first. */
    private record Entry(@Nullable StateHead head, List<VersionedDocument> kept, List<VersionedDocument> quarantined) {}

    private static final Entry NOTHING = new Entry(null, List.of(), List.of());

    private final Map<StateName, Entry> states = new ConcurrentHashMap<>();

    /** The names in order; a name is added before the commit that made it returns, and stays. */
    private final NavigableSet<StateName> names = new ConcurrentSkipListSet<>();

    private final Map<StateName, byte[]> indexes = new ConcurrentHashMap<>();

    private volatile boolean closed;

    @Override
    public Optional<StateHead> head(StateName name) {
        return Optional.ofNullable(entry(name).head());
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        Entry entry = entry(name);
        return Stream.concat(entry.kept().reversed().stream(), entry.quarantined().stream())
                .filter(stored -> stored.version().equals(version))
                .findFirst()
                .map(VersionedDocument::document);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // this very head, not one like it
    public boolean commit(Transition transition) {
        open();
        StateHead to = transition.to().withRevision(transition.id());
        Entry after = states.compute(transition.name(), (name, before) -> {
            Entry entry = before == null ? NOTHING : before;
            boolean same = revision(entry.head()).equals(revision(transition.from()));
            return same ? new Entry(to, kept(entry, transition), entry.quarantined()) : before;
        });
        if (after == null || after.head() != to) {
            return false;
        }
        names.add(transition.name());
        return true;
    }

    private static List<VersionedDocument> kept(Entry entry, Transition transition) {
        List<VersionedDocument> kept = new ArrayList<>(entry.kept());
        kept.removeIf(stored -> transition.dropped().contains(stored.version()));
        if (transition.content() != null && transition.version() != null) {
            kept.add(new VersionedDocument(transition.version(), transition.content()));
        }
        return List.copyOf(kept);
    }

    private static String revision(@Nullable StateHead head) {
        return head == null ? "" : head.revision();
    }

    @Override
    public HeadPage list(ListQuery query) {
        open();
        NavigableSet<StateName> rest = query.after() == null ? names : names.tailSet(query.after(), false);
        List<StateHead> heads = rest.stream()
                .filter(query::matches)
                .flatMap(name -> head(name).stream())
                .filter(query::matches)
                .limit(query.limit() + 1L)
                .toList();
        boolean more = heads.size() > query.limit();
        return new HeadPage(more ? heads.subList(0, query.limit()) : heads, more);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return entry(name).kept().reversed().stream()
                .map(VersionedDocument::version)
                .filter(version -> version.number() < before)
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        Entry entry = entry(name);
        return Optional.ofNullable(entry.head())
                .map(head -> new HeadWithHistory(
                        head,
                        entry.kept().reversed().stream()
                                .map(VersionedDocument::version)
                                .toList()));
    }

    /** The content of a version went with its record. */
    @Override
    public void deleteContent(StateName name, StateVersion version) {
        open();
        if (version.number() == 0) {
            states.computeIfPresent(name, (key, entry) -> {
                List<VersionedDocument> quarantined = entry.quarantined().stream()
                        .filter(stored -> !stored.version().id().equals(version.id()))
                        .toList();
                return new Entry(entry.head(), entry.kept(), quarantined);
            });
        }
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        open();
        states.compute(name, (key, before) -> {
            Entry entry = before == null ? NOTHING : before;
            List<VersionedDocument> quarantined = new ArrayList<>(entry.quarantined());
            quarantined.removeIf(stored -> stored.version().id().equals(record.id()));
            quarantined.add(new VersionedDocument(record, document));
            quarantined.sort(Comparator.comparing(stored -> stored.version().created()));
            return new Entry(entry.head(), entry.kept(), List.copyOf(quarantined));
        });
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return entry(name).quarantined().stream()
                .map(VersionedDocument::version)
                .toList();
    }

    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        Map<StateName, Integer> attached = new HashMap<>();
        for (StateName name : names) {
            long documents = attachments(name).stream()
                    .filter(record -> !record.id().startsWith(StoreCount.KEY))
                    .count();
            if (documents > 0) {
                attached.put(name, (int) documents);
            }
        }
        return Optional.of(attached);
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return Optional.of(new IndexDocuments() {
            @Override
            public void put(StateName name, byte[] index) {
                open();
                indexes.put(name, index.clone());
            }

            @Override
            public Optional<byte[]> get(StateName name) {
                open();
                return Optional.ofNullable(indexes.get(name)).map(byte[]::clone);
            }

            @Override
            public void delete(StateName name) {
                open();
                indexes.remove(name);
            }
        });
    }

    @Override
    public void clear(StateName name, long versions) {
        open();
        indexes.remove(name);
    }

    @Override
    public StoreCheck check() {
        return closed
                ? new StoreCheck(false, false, Map.of(), "The store is closed.")
                : new StoreCheck(true, true, Map.of("durable", "false", "shared", "false"), null);
    }

    @Override
    public void close() {
        closed = true;
    }

    private Entry entry(StateName name) {
        open();
        return states.getOrDefault(name, NOTHING);
    }

    private void open() {
        if (closed) {
            throw new Unavailable("The memory store is closed.", null);
        }
    }
}
