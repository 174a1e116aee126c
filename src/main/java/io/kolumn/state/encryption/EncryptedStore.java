package io.kolumn.state.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceTable;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.StoreCount;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.Transition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts every document before another store gets it. That store has envelopes ({@link Envelope}) with their own
 * records ({@link SealedRecords}), which it verifies like other contents. Layers above see documents and their
 * records. Plain documents are read unless they replace encrypted ones ({@link PlainVersions}).
 *
 * <p>Records are not secret: readers of the storage see names, sizes, serials, lineages, times, authors and the
 * sha-256 of each document.
 */
public final class EncryptedStore implements StateStore {

    /** How long a commit whose outcome is not known may be tried again. */
    private static final Duration UNDECIDED = Duration.ofMinutes(5);

    private final StateStore store;
    private final KeyProvider provider;
    private final EncryptionSettings settings;
    private final SealedRecords records;
    private final UnwrappedKeys unwrapped;
    private final StateKeys keys;
    private final PlainVersions plain;

    /** Which key a commit was encrypted with whose outcome is not known: tried again, it must stage the same bytes. */
    private final Cache<String, StateKey> undecided = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(UNDECIDED)
            .executor(Runnable::run)
            .build();

    /** Creates a store that closes the other store and the provider. */
    public EncryptedStore(StateStore store, KeyProvider provider, EncryptionSettings settings, Clock clock) {
        this.store = store;
        this.provider = provider;
        this.settings = settings;
        this.records = new SealedRecords(store);
        this.unwrapped = new UnwrappedKeys(store, provider, clock, settings.keysKept());
        this.keys = new StateKeys(store, provider, unwrapped, clock, settings.keysKept());
        this.plain = new PlainVersions(store, keys, unwrapped, settings.keysKept());
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return store.head(name).map(this::seen);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return store.recent(name).map(this::seen);
    }

    /**
     * A document of the service itself that is not encrypted is none: whoever can write to the storage alone could have
     * put it there, to be let in.
     */
    private StateHead seen(StateHead head) {
        StateVersion current = head.current();
        if (current != null && settings.write() && head.name().reserved() && !current.sealed()) {
            return with(head, null);
        }
        return current == null ? head : with(head, records.seen(head.name(), current));
    }

    private static StateHead with(StateHead head, @Nullable StateVersion current) {
        return new StateHead(
                head.name(),
                head.revision(),
                head.commit(),
                current,
                head.lock(),
                head.lastVersion(),
                head.versionCount(),
                head.fence(),
                head.highestSerial(),
                head.changed(),
                head.former(),
                head.labels());
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        StateVersion kept = records.kept(name, version).orElse(null);
        if (kept == null) {
            return Optional.empty();
        }
        StateVersion seen = SealedRecords.plain(name, kept);
        if (seen.size() != version.size() || !seen.sha256().equals(version.sha256())) {
            return Optional.empty();
        }
        if (!kept.sealed()) {
            refuseUnsealed(name, kept);
        }
        Optional<StateDocument> content = store.content(name, kept);
        return kept.sealed() ? content.map(envelope -> opened(name, seen, envelope)) : content;
    }

    private void refuseUnsealed(StateName name, StateVersion kept) {
        if (!settings.readPlain()) {
            throw new Unavailable(
                    (kept.number() == 0
                                    ? "The quarantined document '" + kept.id() + "' beside"
                                    : "Version " + kept.number() + " of")
                            + " state '" + name + "' is not encrypted, but kolumn.state.encryption.plain=refuse.",
                    null);
        }
        plain.check(name, kept);
    }

    private StateDocument opened(StateName name, StateVersion plain, StateDocument envelope) {
        String what = (plain.number() == 0
                        ? "The quarantined document '" + plain.id() + "' of state '" + name + "'"
                        : "Version " + plain.number() + " of state '" + name + "' (id " + plain.id() + ")")
                + " cannot be decrypted";
        try {
            return Envelope.open(unwrapped.read(name, Envelope.keyOf(envelope), what), name, plain, envelope);
        } catch (Envelope.TamperedException e) {
            throw new Unavailable(
                    what + ": " + e.getMessage() + ". Restore the storage from a backup, or an older version.", e);
        }
    }

    @Override
    public boolean commit(Transition transition) {
        StateName name = transition.name();
        StateHead to = transition.to();
        StateVersion current = to.current();
        StateDocument content = transition.content();
        if (current != null && content != null && settings.write()) {
            return commitSealed(transition, current, content);
        }
        if (content != null) {
            refuseSealed(current);
            StateHead below = below(transition.from());
            plain.seal(name, below, to.lastVersion());
            return store.commit(new Transition(below, to, content, dropped(transition)));
        }
        if (to.purged()) {
            keys.end(name, to.lastVersion());
        }
        Optional<StateVersion> kept = current == null ? Optional.empty() : records.kept(name, current);
        return (current == null || kept.isPresent())
                && store.commit(new Transition(
                        below(transition.from()), with(to, kept.orElse(null)), null, dropped(transition)));
    }

    private boolean commitSealed(Transition transition, StateVersion version, StateDocument document) {
        StateName name = transition.name();
        StateHead below = below(transition.from());
        StateVersion last = below == null ? null : below.current();
        StateKey before = undecided.getIfPresent(transition.id());
        StateKey key = before == null
                ? keys.forWriting(name, below, version.number(), last != null && !last.sealed())
                : before;
        StateDocument envelope = Envelope.seal(key, name, version, document, settings.compression());
        StateVersion sealed = SealedRecords.sealed(version, envelope);
        try {
            boolean done =
                    store.commit(new Transition(below, with(transition.to(), sealed), envelope, dropped(transition)));
            if (done) {
                records.seen(name, sealed);
                keys.written(name, key, version);
            }
            return done;
        } catch (Unavailable e) {
            if (e.outcomeUnknown()) {
                undecided.put(transition.id(), key);
            }
            throw e;
        }
    }

    private static void refuseSealed(@Nullable StateVersion version) {
        if (version != null && version.sealed()) {
            throw new IllegalArgumentException("An encrypted document cannot be written as a plain one");
        }
    }

    /** The head as the store has it, as far as it is known: what counts of it is its revision and its lock. */
    private @Nullable StateHead below(@Nullable StateHead from) {
        StateVersion current = from == null ? null : from.current();
        return from == null || current == null
                ? from
                : with(from, records.kept(from.name(), current).orElse(current));
    }

    private List<StateVersion> dropped(Transition transition) {
        List<StateVersion> dropped = new ArrayList<>();
        for (StateVersion version : transition.dropped()) {
            dropped.add(records.kept(transition.name(), version).orElse(version));
        }
        return dropped;
    }

    @Override
    public void confirm(StateName name) {
        store.confirm(name);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return plain(store.list(query));
    }

    @Override
    public HeadPage locked(String prefix, @Nullable StateName after, int limit) {
        return plain(store.locked(prefix, after, limit));
    }

    @Override
    public StoreCount count() {
        return store.count();
    }

    private static HeadPage plain(HeadPage page) {
        List<StateHead> heads = page.heads().stream()
                .map(head ->
                        head.current() == null ? head : with(head, SealedRecords.plain(head.name(), head.current())))
                .toList();
        return new HeadPage(heads, page.more());
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return store.history(name, before, limit).stream()
                .map(kept -> records.seen(name, kept))
                .toList();
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        return store.headWithHistory(name)
                .map(kept -> new HeadWithHistory(
                        seen(kept.head()),
                        kept.kept().stream()
                                .map(version -> records.seen(name, version))
                                .toList()));
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        refuseKey(name, version);
        StateVersion kept = records.kept(name, version).orElse(version);
        records.forget(name, version);
        store.deleteContent(name, kept);
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        refuseKey(name, record);
        if (settings.write()) {
            StateHead head = store.head(name).orElse(null);
            StateKey key = keys.forWriting(name, head, head == null ? 1 : head.lastVersion() + 1, false);
            StateDocument envelope = Envelope.seal(key, name, record, document, settings.compression());
            store.putAttachment(name, SealedRecords.sealed(record, envelope), envelope);
        } else {
            refuseSealed(record);
            store.putAttachment(name, record, document);
        }
    }

    /** Nobody above sees the record of a key; one that is brought from elsewhere is none. */
    private static void refuseKey(StateName name, StateVersion version) {
        if (KeyRecord.named(version)) {
            throw new Invalid("A document of state '" + name + "' cannot be quarantined as '" + version.id()
                    + "': such ids are reserved for keys.");
        }
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return store.attachments(name).stream()
                .filter(kept -> !KeyRecord.named(kept))
                .map(kept -> SealedRecords.plain(name, kept))
                .toList();
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

    /** With the keys of the state, without which nobody reads a copy that was made of its contents. */
    @Override
    public void clear(StateName name, long versions) {
        if (versions > 0) {
            keys.drop(name, versions);
        }
        store.clear(name, versions);
    }

    /** Tables would tell what is in encrypted documents, so that there are none; see {@link #indexes()}. */
    @Override
    public Optional<ResourceTable> resources() {
        return Optional.empty();
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return settings.write()
                ? store.indexes()
                        .map(documents -> new SealedIndexes(store, documents, keys, unwrapped, settings.compression()))
                : Optional.empty();
    }

    @Override
    public Optional<StoreSignals> signals() {
        return store.signals();
    }

    /** Also whether the keys are there. */
    @Override
    public StoreCheck check() {
        StoreCheck check = store.check();
        Map<String, String> capabilities = new LinkedHashMap<>(check.capabilities());
        capabilities.put("encryption", settings.write() ? "on" : "reads only");
        try {
            capabilities.put("encryptionKey", provider.active());
            return new StoreCheck(check.canRead(), check.canWrite(), capabilities, check.problem());
        } catch (Unavailable e) {
            String problem = check.problem() == null ? e.getMessage() : check.problem();
            return new StoreCheck(check.canRead(), false, capabilities, problem);
        }
    }

    @Override
    public void close() {
        store.close();
        provider.close();
    }
}
