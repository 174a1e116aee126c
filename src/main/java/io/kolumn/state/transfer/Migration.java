package io.kolumn.state.transfer;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Carries every state of one backend into another, with all versions, records, numbers, counters and quarantined documents. A state is locked at its source while it is copied, by a lease whose id is that of the run; after a crash a second
 * run brings what is missing, at once if it has the same id.
 */
public final class Migration {

    private static final Logger LOG = Logger.getLogger(Migration.class);

    /** How often a source without locks is read again because it changed meanwhile. */
    private static final int LOOKS = 5;

    /** After so many states in a row for which a storage did not answer, the others are not tried. */
    private static final int MAX_UNAVAILABLE = 5;

    private static final Duration LEASE = Duration.ofMinutes(1);

    /**
     * How it is done.
     *
     * @param run the id of the run, which its leases have
     * @param who does it
     * @param parallel how many states are under way at once
     * @param lockSource whether a state is locked while it is copied; if not, the source is only read
     * @param maxWait how long to wait for a state that is locked by another
     * @param prefix only names that start with it
     * @param onConflict what is done where another state has the name
     */
    public record Settings(
            String run,
            String who,
            int parallel,
            boolean lockSource,
            Duration maxWait,
            String prefix,
            OnConflict onConflict) {

        public Settings {
            if (parallel < 1 || run.isEmpty()) {
                throw new IllegalArgumentException("parallel " + parallel + ", run '" + run + "'");
            }
        }

        LockInfo holder() {
            return LockInfo.of(run, who, "migrate");
        }

        LockOptions lease() {
            return LockOptions.none().withTtl(LEASE);
        }
    }

    /**
     * A state of the source.
     *
     * @param bytes about how many its kept versions have together, if all are as large as the current one; the most there are
     *     where it is deleted
     */
    public record Found(StateName name, long bytes) {

        static Found of(StateHead head) {
            StateVersion current = head.current();
            return new Found(head.name(), current == null ? Long.MAX_VALUE : head.versionCount() * current.size());
        }
    }

    private final StateBackend source;
    private final Settings settings;
    private final StateImporter arrival;
    private final Report report;
    private final BooleanSupplier interrupted;
    private final AtomicInteger unavailable = new AtomicInteger();

    /** @param interrupted asked before each state: true when no further one shall be begun */
    public Migration(
            StateBackend source, StateBackend target, Settings settings, Report report, BooleanSupplier interrupted) {
        this.source = source;
        this.settings = settings;
        this.arrival = new StateImporter(target, settings.onConflict(), settings.run(), settings.who(), report);
        this.report = report;
        this.interrupted = interrupted;
    }

    /** All states of the source, in byte order of their names; of deleted and of merely locked ones too. */
    public List<Found> states() {
        List<Found> states = new ArrayList<>();
        ListQuery query = new ListQuery(settings.prefix(), null, ListQuery.MAX_LIMIT, true, true);
        while (true) {
            HeadPage page = source.list(query);
            page.heads().forEach(head -> {
                report.passMoved(head);
                states.add(Found.of(head));
            });
            if (!page.more()) {
                return states;
            }
            query = new ListQuery(settings.prefix(), states.getLast().name(), ListQuery.MAX_LIMIT, true, true);
        }
    }

    /** Brings these states; what became of each is in the report. Returns when none is under way any more. */
    public void run(List<Found> states) {
        arrival.look(settings.prefix());
        int most = Math.min(arrival.together(), Math.ceilDiv(states.size(), settings.parallel()));
        Semaphore places = new Semaphore(settings.parallel());
        try (Leases leases = new Leases(source, settings.run(), LEASE);
                // Threads of the platform: each read from a database has a time limit, which costs a virtual one two
                // wake-ups.
                ExecutorService workers = Executors.newFixedThreadPool(settings.parallel())) {
            for (List<StateName> group : BatchMigration.groups(states, most, arrival::knows)) {
                places.acquireUninterruptibly();
                if (stopped()) {
                    return;
                }
                workers.execute(() -> {
                    try {
                        carry(group, leases);
                    } catch (RuntimeException | Error e) {
                        LOG.errorf(e, "The outcome for %s is unknown.", group);
                        report.stop("Unexpected failure (" + e.getClass().getSimpleName() + "). See the log.");
                    } finally {
                        places.release();
                    }
                });
            }
        }
    }

    /** All of a group end up in the report, unless the run is stopped meanwhile. */
    private void carry(List<StateName> group, Leases leases) {
        List<StateName> rest = group;
        while (rest.size() > 1) {
            BatchMigration.Carried carried =
                    new BatchMigration(source, settings, arrival, leases).carry(rest, this::stopped);
            carried.outcomes().forEach(this::arrived);
            for (StateName name : carried.alone()) {
                if (stopped()) {
                    return;
                }
                report.add(name, outcome(name, leases));
            }
            rest = carried.rest();
            if (!rest.isEmpty() && stopped()) {
                return;
            }
        }
        for (StateName name : rest) {
            report.add(name, outcome(name, leases));
        }
    }

    private void arrived(StateName name, Outcome outcome) {
        unavailable.set(0);
        report.verified(outcome.versions());
        report.add(name, outcome);
    }

    private String commit(StateName name) {
        return source.head(name).map(StateHead::commit).orElse("");
    }

    /** Once it is, it stays so. */
    private boolean stopped() {
        if (report.stopped().isPresent()) {
            return true;
        }
        if (interrupted.getAsBoolean()) {
            report.stop("Interrupted. Run it again to continue.");
            return true;
        }
        if (unavailable.get() >= MAX_UNAVAILABLE) {
            report.stop(
                    "A storage did not answer for " + MAX_UNAVAILABLE + " states in a row. Run it again to continue.");
            return true;
        }
        return false;
    }

    private Outcome outcome(StateName name, Leases leases) {
        try {
            Outcome outcome = carry(name, leases);
            unavailable.set(0);
            return outcome;
        } catch (StateException e) {
            if (e instanceof Unavailable) {
                unavailable.incrementAndGet();
            }
            return Outcome.failed(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.errorf(e, "State '%s' could not be migrated.", name);
            return Outcome.broken(e);
        }
    }

    private Outcome carry(StateName name, Leases leases) {
        if (arrival.knows(name)) {
            StateSnapshot before = source.snapshot(name).orElse(null);
            if (before == null) {
                return Outcome.present();
            }
            if (arrival.has(name, before)) {
                arrival.verify(name, before);
                releaseLeftOver(name, before);
                return Outcome.present();
            }
        }
        return settings.lockSource() ? locked(name, leases) : unlocked(name);
    }

    /** Of a run of this id that was killed after it had copied the state, and before it gave the lock back. */
    private void releaseLeftOver(StateName name, StateSnapshot before) {
        Lock lock = before.head().lock();
        if (settings.lockSource() && lock != null && lock.id().equals(settings.run())) {
            source.unlock(name, settings.run());
        }
    }

    private Outcome locked(StateName name, Leases leases) {
        try {
            source.lock(name, settings.holder(), settings.lease().waiting(settings.maxWait()));
        } catch (Moved moved) {
            return unlocked(name); // documents quarantined since
        }
        leases.add(name);
        Outcome outcome;
        boolean kept;
        try {
            outcome = arrival.bring(name, source.snapshot(name).orElseThrow());
        } finally {
            leases.remove(name);
            kept = source.unlock(name, settings.run());
        }
        // Somebody broke the lock, and perhaps wrote.
        return kept ? outcome : unlocked(name);
    }

    /** Copies until the source was the same before and after. */
    private Outcome unlocked(StateName name) {
        Unavailable vanished = null;
        for (int look = 0; look < LOOKS; look++) {
            StateSnapshot state = source.snapshot(name).orElse(null);
            if (state == null) {
                return Outcome.present();
            }
            Outcome outcome = null;
            try {
                outcome = arrival.bring(name, state);
            } catch (Unavailable e) {
                vanished = e; // perhaps a version that the source keeps no longer
            }
            if (commit(name).equals(state.head().commit())) {
                if (outcome != null) {
                    return outcome;
                }
                if (vanished != null) {
                    throw vanished;
                }
            }
        }
        throw new Unavailable(
                "State '" + name + "' kept changing while it was copied. Run it again, or without --read-only-source.",
                vanished);
    }
}
