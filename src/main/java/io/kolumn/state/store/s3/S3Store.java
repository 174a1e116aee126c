package io.kolumn.state.store.s3;

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
import io.kolumn.state.store.HeadJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Heads and versions as objects of a bucket. A head is changed by a conditional PUT alone, and never removed; its revision
 * is its ETag, and the index in it says what is a version. A version's object is written before the head that points at
 * it.
 */
public final class S3Store implements StateStore {

    /** A state is swept with every so many-th version, of orphans of such an age. */
    private static final int SWEPT_EVERY = 64;

    private static final Duration CLEANING = Duration.ofSeconds(5);
    private static final Duration SWEPT_AGE = Duration.ofDays(1);
    private static final Logger LOG = Logger.getLogger(S3Store.class);

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Heads heads;
    private final S3Listing listing;
    private final S3Aside aside;
    private final S3Indexes indexes;
    private final S3Conformance proof;
    private final S3Check check;
    private final S3Sweep sweep;
    private volatile boolean closed;
    private volatile @Nullable S3Canary canary;

    /**
     * Asks for nothing yet.
     *
     * @param client what the bucket is asked by; goes when the store is closed
     */
    public S3Store(S3Client client, S3Settings settings) {
        S3Parallel parallel = new S3Parallel();
        this.bucket = new S3Bucket(client, settings);
        this.layout = new S3Layout(settings.prefix());
        this.heads = new S3Heads(bucket, layout);
        this.listing = new S3Listing(bucket, layout, heads, parallel);
        this.aside = new S3Aside(bucket, layout, parallel);
        this.indexes = new S3Indexes(bucket, layout, this::open, this::writable);
        this.proof = new S3Conformance(bucket, layout, settings);
        this.check = new S3Check(bucket, layout, proof, settings);
        this.sweep = new S3Sweep(bucket, layout, heads, this::commit);
    }

    /** Whether the store keeps what is needed of it. */
    S3Conformance proof() {
        return proof;
    }

    /**
     * One that races once it is started; it ends with the store.
     *
     * @param interval from one round to the next
     * @param ended told of each round
     */
    S3Canary canary(Duration interval, RoundTime time, Consumer<S3Canary.Outcome> ended) {
        S3Canary made = new S3Canary(bucket, layout, proof, interval, time, ended);
        canary = made;
        return made;
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        open();
        return heads.fresh(name).map(S3Heads.Seen::head);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return heads.recent(name).map(S3Heads.Seen::head);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        open();
        return bucket.readLarge(
                "Version " + version.number() + " of state '" + name + "' cannot be read",
                layout.content(name, version),
                (answer, in) -> StateDocument.stored(name, version, in));
    }

    @Override
    public boolean commit(Transition transition) {
        writable();
        StateName name = transition.name();
        String from = transition.from() == null ? null : transition.from().revision();
        Optional<List<StateVersion>> before = keptAt(name, from);
        if (before.isEmpty()) {
            return false;
        }
        String what = "State '" + name + "' was not changed";
        StateVersion version = transition.version();
        if (transition.content() != null && version != null) {
            bucket.write(what, layout.version(name, version), body(transition.content()), true);
        }
        HeadWithHistory next = new HeadWithHistory(transition.to(), kept(before.get(), transition));
        byte[] json = HeadJson.write(next);
        PutObjectResponse done = replaced(what, name, json, from);
        if (done == null) {
            removeUnlessKept(transition);
            return false;
        }
        heads.remember(S3Heads.Seen.of(next, done.eTag(), json.length));
        sweepNowAndThen(name, version);
        return true;
    }

    /** The records that the head with this revision keeps; empty if it is not the head any more. */
    private Optional<List<StateVersion>> keptAt(StateName name, @Nullable String revision) {
        if (revision == null) {
            return Optional.of(List.of());
        }
        return heads.recent(name, revision)
                .or(() -> heads.fresh(name).filter(seen -> seen.tag().equals(revision)))
                .map(S3Heads.Seen::kept);
    }

    private static List<StateVersion> kept(List<StateVersion> before, Transition transition) {
        Set<StateVersion> dropped = Set.copyOf(transition.dropped());
        List<StateVersion> kept = new ArrayList<>(before.size() + 1);
        if (transition.version() != null) {
            kept.add(transition.version());
        }
        before.stream().filter(version -> !dropped.contains(version)).forEach(kept::add);
        return kept;
    }

    /** Null if the head had moved. */
    private @Nullable PutObjectResponse replaced(String what, StateName name, byte[] json, @Nullable String from) {
        PutObjectResponse done = null;
        try {
            done = bucket.writeIf(what, layout.head(name), S3Bucket.Body.json(json), from);
        } finally {
            if (done == null) {
                heads.drop(name);
            }
        }
        if (done != null && done.eTag() == null) {
            throw Unavailable.outcomeUnknown(
                    what
                            + ", or perhaps it was: the answer has no ETag. Check that the endpoint is an S3 compatible store.",
                    null);
        }
        return done;
    }

    /**
     * The content of a commit that was refused is nobody's, unless another attempt at the same commit was quicker. While
     * the head is still the one that it started from, such an attempt may yet succeed.
     */
    private void removeUnlessKept(Transition transition) {
        StateVersion version = transition.version();
        if (version == null) {
            return;
        }
        StateName name = transition.name();
        String from = transition.from() == null ? null : transition.from().revision();
        try {
            boolean nobodys = heads.fresh(name)
                    .filter(now -> !now.tag().equals(from))
                    .filter(now -> now.kept().stream().noneMatch(version::equals))
                    .isPresent();
            if (nobodys) {
                bucket.remove("An orphan was not removed", layout.version(name, version));
            }
        } catch (Unavailable e) {
            LOG.debugf(e, "A sweep will remove version %d (id %s) of '%s'.", version.number(), version.id(), name);
        }
    }

    private void sweepNowAndThen(StateName name, @Nullable StateVersion version) {
        if (version != null && version.number() % SWEPT_EVERY == 0) {
            Thread.ofVirtual().name("s3-sweep").start(() -> {
                try {
                    sweep(name, SWEPT_AGE);
                } catch (Unavailable e) {
                    LOG.debugf(e, "The next sweep will remove orphans of '%s'.", name);
                }
            });
        }
    }

    @Override
    public List<String> orphans(StateName name) {
        open();
        return sweep.orphans(name);
    }

    /** After the head was committed anew, so that their writer can no longer point at them. */
    @Override
    public int sweep(StateName name, Duration age) {
        writable();
        return sweep.run(name, age);
    }

    @Override
    public HeadPage list(ListQuery query) {
        open();
        return listing.page(query);
    }

    /** The quarantine is found by one listing of all, and not by one for each state. */
    @Override
    public StoreCount count() {
        open();
        return StoreCount.of(this, name -> 0).withQuarantined(aside.count());
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        open();
        return heads.fresh(name).stream()
                .flatMap(seen -> seen.kept().stream())
                .filter(version -> version.number() < before)
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        open();
        return heads.fresh(name).map(seen -> new HeadWithHistory(seen.head(), seen.kept()));
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        writable();
        if (version.number() == 0) {
            aside.forget(name, version);
        } else {
            bucket.remove(
                    "Version " + version.number() + " of state '" + name + "' was not deleted",
                    layout.version(name, version));
        }
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        writable();
        aside.keep(name, record, document);
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        open();
        return aside.records(name);
    }

    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        open();
        return aside.counts(names);
    }

    @Override
    public void clear(StateName name, long versions) {
        writable();
        indexes.delete(name);
        aside.clear(name);
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return Optional.of(indexes);
    }

    @Override
    public StoreCheck check() {
        return closed ? check.closed() : check.run();
    }

    @Override
    public void close() {
        closed = true;
        S3Canary watching = canary;
        if (watching != null) {
            watching.close();
        }
        proof.cleaned(CLEANING);
        bucket.close();
    }

    static S3Bucket.Body body(StateDocument document) {
        boolean sealed = document.format() == StateDocument.Format.SEALED;
        return new S3Bucket.Body(
                document::open, document.size(), sealed ? "application/octet-stream" : "application/json");
    }

    private void writable() {
        open();
        proof.ensure();
    }

    private void open() {
        if (closed) {
            throw Unavailable.forEverybody("The S3 store is closed.", null);
        }
    }
}
