package io.kolumn.state.inventory;

import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Indexing;
import io.kolumn.state.diff.StateResources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps indexes up behind the commits: one thread, which looks at what this process changed, and now and then at everything.
 * While writes go on it works a twentieth of the time, so that they hardly notice.
 */
final class Indexer implements Runnable {

    /** So long a changed state is left alone, in case it changes again. */
    private static final Duration SETTLED = Duration.ofMillis(200);

    /** A pause is at most so long. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** Of a pause for each time that was worked. */
    private static final int SHARE = 19;

    /** Of a pause for each time that a look at everything took: on S3 that is a request for each state. */
    private static final long SCAN_SHARE = 50;

    /** As many states are brought up between two looks at everything. */
    private static final int MAX_BEHIND = 10_000;

    private static final Logger LOG = Logger.getLogger(Indexer.class);

    private final Indexing access;
    private final Indexes indexes;
    private final ChangedStates changed;
    private final InventorySettings settings;
    private final Clock clock;
    private volatile boolean closed;
    private volatile @Nullable Instant checked;
    private @Nullable String failing;

    /** How long the last look at everything took, in nanoseconds. */
    private long looked;

    Indexer(Indexing access, Indexes indexes, ChangedStates changed, InventorySettings settings, Clock clock) {
        this.access = access;
        this.indexes = indexes;
        this.changed = changed;
        this.settings = settings;
        this.clock = clock;
    }

    /** When everything was last looked at; null if never. */
    @Nullable
    Instant checked() {
        return checked;
    }

    void close() {
        closed = true;
        changed.end();
    }

    @Override
    public void run() {
        long next = System.nanoTime();
        try {
            while (!closed) {
                for (StateName name : changed.take(Duration.ofNanos(Math.max(1, next - System.nanoTime())))) {
                    tried("State '" + name + "'", () -> look(name));
                }
                if (System.nanoTime() - next >= 0 && !closed) {
                    tried("The inventory", this::scan);
                    next = System.nanoTime() + Math.max(settings.scanInterval().toNanos(), SCAN_SHARE * looked);
                }
                Thread.sleep(SETTLED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Work that may fail: what it was for is found again by the next scan. */
    private void tried(String what, Runnable work) throws InterruptedException {
        if (closed) {
            return;
        }
        long start = System.nanoTime();
        try {
            work.run();
            failing = null;
        } catch (StateException e) {
            if (!closed && failing == null) {
                LOG.warnf("%s could not be indexed: %s It will be tried again.", what, e.getMessage());
            }
            failing = e.code();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.errorf(e, "%s could not be indexed. It will be tried again.", what);
        }
        rest(System.nanoTime() - start);
    }

    private void rest(long worked) throws InterruptedException {
        if (changed.goingOn() && !closed) {
            Thread.sleep(Duration.ofNanos(Math.min(SHARE * worked, LONGEST_PAUSE.toNanos())));
        }
    }

    /** Looks at everything once, and brings up nothing. */
    void check() {
        indexes.scan(MAX_BEHIND);
        checked = clock.instant();
    }

    /** Looks at everything once, and brings up what is behind. */
    void scan() {
        long start = System.nanoTime();
        List<Behind> behind = indexes.scan(MAX_BEHIND);
        looked = System.nanoTime() - start;
        for (Behind state : behind) {
            if (closed) {
                return;
            }
            index(state);
        }
        checked = clock.instant();
    }

    /** One that fails is found by the next scan. */
    private void look(StateName name) {
        try {
            StateHead head = access.head(name).orElse(null);
            look(name, head);
        } finally {
            changed.done(name);
        }
    }

    private void look(StateName name, @Nullable StateHead head) {
        indexes.look(name, head);
        StateVersion current = head == null || head.incomplete() ? null : head.current();
        if (current != null) {
            index(new Behind(name, current));
        }
    }

    private void index(Behind state) {
        make(state).ifPresent(indexes::put);
    }

    /** The index of a version; empty if that is kept no longer. */
    Optional<IndexedVersion> make(Behind state) {
        StateName name = state.state();
        StateVersion version = state.version();
        if (version.sealed()) {
            return Optional.of(IndexedVersion.notIndexed(
                    name, version, "its document is encrypted by a service, and this one has no keys"));
        }
        if (version.size() > settings.maxDocumentSize()) {
            return Optional.of(IndexedVersion.notIndexed(
                    name,
                    version,
                    "its document is larger than " + settings.maxDocumentSize()
                            + " bytes (kolumn.state.inventory.max-document-size)"));
        }
        return access.content(name, version).map(document -> StateResources.of(name, version, document));
    }
}
