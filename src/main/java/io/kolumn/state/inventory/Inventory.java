package io.kolumn.state.inventory;

import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ListQuery;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.ResourceTable.Rows;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.Indexing;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Which resources are in which state. Finds what the caller may read and nothing else. Safe for use by many threads.
 *
 * <p>The index is kept up behind the commits, by {@link #start}, and may be behind: answers say how far. A state whose
 * current version is not indexed yet is found as it was before.
 */
public final class Inventory implements AutoCloseable {

    /** How long closing waits for the state that is looked at. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(Inventory.class);

    private final Indexing access;
    private final InventorySettings settings;
    private final Clock clock;
    private final Indexes indexes;
    private final Indexer indexer;
    private final boolean reading;
    private final ChangedStates changed;
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * Creates an inventory that looks at nothing yet. The backend stays open when it is closed.
     *
     * @param changed a listener of that backend; without one changes are found by the scan
     */
    public Inventory(StateBackend backend, ChangedStates changed, InventorySettings settings, Clock clock) {
        this(backend, changed, settings, clock, false);
    }

    private Inventory(
            StateBackend backend, ChangedStates changed, InventorySettings settings, Clock clock, boolean reading) {
        this.access = backend.indexing();
        this.settings = settings;
        this.clock = clock;
        this.reading = reading;
        this.changed = changed;
        this.indexes = access.resources()
                .<Indexes>map(table -> new TableIndexes(table, reading))
                .orElseGet(() -> new CatalogIndexes(access, settings.cacheSize(), reading, this::made));
        this.indexer = new Indexer(access, indexes, changed, settings, clock);
    }

    /**
     * Returns an inventory that writes nothing, for a program that asks once. It looks at all states at the first question. In
     * a storage without tables it indexes in memory what is not indexed.
     */
    public static Inventory toRead(StateBackend backend, InventorySettings settings, Clock clock) {
        return new Inventory(backend, new ChangedStates(), settings, clock, true);
    }

    private Optional<IndexedVersion> made(Behind state) {
        return indexer.make(state);
    }

    /** Returns why there is no inventory, or null if there is one. */
    public @Nullable String off() {
        return settings.off();
    }

    /** Returns whether there is an inventory. */
    public boolean enabled() {
        return settings.off() == null;
    }

    /**
     * Starts to keep the index up in the background, until this is closed. If there is no inventory, it removes what an
     * earlier one has left.
     */
    public synchronized void start() {
        if (!closed && thread == null) {
            if (enabled()) {
                changed.begin();
            }
            Runnable work = enabled() ? indexer : this::clean;
            thread = Thread.ofPlatform().daemon().name("inventory").start(work);
        }
    }

    private void clean() {
        try {
            indexes.clean(() -> closed());
        } catch (StateException e) {
            LOG.debugf(e, "Indexes of an earlier inventory were not removed.");
        }
    }

    private synchronized boolean closed() {
        return closed;
    }

    /** Brings the index up to the commits of all processes so far, on the caller's thread. */
    public void refresh() {
        indexer.scan();
    }

    /**
     * Returns a page of the resources that match and that the caller may read.
     *
     * @throws Invalid if there is no inventory; the message says why
     * @throws Unauthenticated if the caller is nobody, or its proof has expired
     */
    public ResourcePage find(ResourceQuery query) {
        return asked(caller -> {
            Rows rows = indexes.find(query, readable(caller));
            FoundResource last = rows.more() ? rows.resources().getLast() : null;
            return new ResourcePage(rows.resources(), last == null ? null : last.position(), lag(caller));
        });
    }

    /**
     * Returns the index of a state, or empty if there is none: the state does not exist, or is not indexed yet.
     *
     * @throws Forbidden if the caller may not read it
     */
    public Optional<IndexedVersion> of(StateName name) {
        return asked(caller -> {
            if (!caller.may(Permission.READ, name)) {
                throw Forbidden.hiding(name, Permission.READ.label());
            }
            return indexes.of(name);
        });
    }

    /**
     * Returns how many resources each of these states has, as of the version that is indexed. A state that is not indexed, or
     * that the caller may not read, is not in the result. It costs one statement at most, and no request for each state.
     *
     * @param names at most {@value ListQuery#MAX_LIMIT}
     * @throws Invalid if there is no inventory; the message says why
     */
    public Map<StateName, ResourceCount> counts(Collection<StateName> names) {
        if (names.size() > ListQuery.MAX_LIMIT) {
            throw new IllegalArgumentException(names.size() + " states are more than " + ListQuery.MAX_LIMIT);
        }
        return asked(
                caller -> indexes.counts(names.stream().filter(readable(caller)).toList()));
    }

    /**
     * Returns counts over the states with this prefix that the caller may read.
     *
     * @param prefix of the names, as plain text; empty for all
     */
    public InventoryStats stats(String prefix) {
        return asked(caller -> {
            StatsCount count = new StatsCount(clock.instant());
            indexes.summaries(prefix, readable(caller), count::add);
            return count.result(lag(caller));
        });
    }

    /** Returns how far the index is behind, of the states that the caller may read. */
    public IndexLag lag() {
        return asked(this::lag);
    }

    private <T> T asked(Function<Caller, T> answer) {
        return access.asked(caller -> {
            if (settings.off() != null) {
                throw new Invalid(settings.off());
            }
            if (reading && indexer.checked() == null) {
                indexer.check();
            }
            return answer.apply(caller);
        });
    }

    private IndexLag lag(Caller caller) {
        Set<StateName> behind = changed.waiting(readable(caller));
        Instant oldest = null;
        for (Behind state : indexes.behind()) {
            if (readable(caller).test(state.state())) {
                behind.add(state.state());
                Instant created = state.version().created();
                oldest = oldest == null || created.isBefore(oldest) ? created : oldest;
            }
        }
        return new IndexLag(behind.size(), oldest, indexer.checked());
    }

    private static Predicate<StateName> readable(Caller caller) {
        return name -> !name.reserved() && caller.may(Permission.READ, name);
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        indexer.close();
        if (running != null) {
            try {
                running.join(TIMEOUT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
