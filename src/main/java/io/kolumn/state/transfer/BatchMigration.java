package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Carries many small states in one go. Whatever is in the way of one leaves that one to be carried alone, which says what it
 * is. Whatever happens, no lock that was taken here stays.
 */
final class BatchMigration {

    private static final Logger LOG = Logger.getLogger(BatchMigration.class);

    /** A state with more bytes is carried alone. */
    private static final long SMALL = 1 << 20;

    /** So many bytes of small states are carried together. */
    private static final long BATCH_BYTES = 4 << 20;

    /** So long states are read, and with that locked, before those that were are brought. */
    private static final Duration READING = Duration.ofMillis(500);

    /**
     * What came of a go.
     *
     * @param outcomes of those that are at the target and proven, and were the same at the source until then
     * @param alone those that have to be carried alone
     * @param rest those that were not looked at, for the next go
     */
    record Carried(Map<StateName, Outcome> outcomes, List<StateName> alone, List<StateName> rest) {}

    private final StateBackend source;
    private final Migration.Settings settings;
    private final StateImporter arrival;
    private final Leases leases;
    private long room = BATCH_BYTES;

    /** For one go. */
    BatchMigration(StateBackend source, Migration.Settings settings, StateImporter arrival, Leases leases) {
        this.source = source;
        this.settings = settings;
        this.arrival = arrival;
        this.leases = leases;
    }

    /**
     * Small states of which nothing is there yet in groups, if that is quicker; each of the others by itself.
     *
     * @param most how many there are in a group
     * @param known whether something is there
     */
    static List<List<StateName>> groups(List<Migration.Found> states, int most, Predicate<StateName> known) {
        List<List<StateName>> groups = new ArrayList<>();
        List<StateName> open = List.of();
        long room = 0;
        for (Migration.Found state : states) {
            if (most < 2 || state.bytes() > SMALL || known.test(state.name())) {
                groups.add(List.of(state.name()));
            } else {
                if (open.isEmpty() || open.size() == most || room < state.bytes()) {
                    open = new ArrayList<>();
                    room = BATCH_BYTES;
                    groups.add(open);
                }
                open.add(state.name());
                room -= state.bytes();
            }
        }
        return groups;
    }

    /** @param stopped asked between states: whether no further one shall be taken */
    Carried carry(List<StateName> names, BooleanSupplier stopped) {
        Map<StateName, StateSnapshot> states = new LinkedHashMap<>();
        List<StateName> alone = new ArrayList<>();
        Map<StateName, Outcome> outcomes = new LinkedHashMap<>();
        try {
            long end = System.nanoTime() + READING.toNanos();
            int taken = 0;
            while (taken < names.size() && (taken == 0 || (System.nanoTime() < end && !stopped.getAsBoolean()))) {
                StateName name = names.get(taken++);
                read(name).ifPresentOrElse(state -> states.put(name, state), () -> alone.add(name));
            }
            Map<StateName, Outcome> brought = arrival.bring(states);
            states.forEach((name, state) -> {
                boolean same = settings.lockSource() ? release(name) : unchanged(name, state);
                Outcome outcome = brought.get(name);
                if (same && outcome != null) {
                    outcomes.put(name, outcome);
                } else {
                    alone.add(name);
                }
            });
            return new Carried(outcomes, alone, names.subList(taken, names.size()));
        } finally {
            names.forEach(this::release);
        }
    }

    /** A state, locked if states are; empty if it has to go alone. Waits for nobody while others are locked. */
    private Optional<StateSnapshot> read(StateName name) {
        try {
            if (settings.lockSource()) {
                source.lock(name, settings.holder(), settings.lease());
                leases.add(name);
            }
            Optional<StateSnapshot> state = source.snapshot(name).filter(whole -> bytes(whole) <= room);
            state.ifPresent(whole -> room -= bytes(whole));
            if (state.isEmpty()) {
                release(name);
            }
            return state;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debugf(e, "State '%s' is copied alone.", name);
            release(name);
            return Optional.empty();
        }
    }

    private static long bytes(StateSnapshot state) {
        return state.versions().stream().mapToLong(StateVersion::size).sum();
    }

    /** Gives a lock that was taken here back; false if there was none, or it was lost meanwhile. */
    private boolean release(StateName name) {
        try {
            return leases.remove(name) && source.unlock(name, settings.run());
        } catch (StateException e) {
            LOG.debugf(e, "Whether state '%s' stayed locked is unknown.", name);
            return false;
        }
    }

    private boolean unchanged(StateName name, StateSnapshot before) {
        try {
            return source.head(name)
                    .map(StateHead::commit)
                    .filter(before.head().commit()::equals)
                    .isPresent();
        } catch (StateException e) {
            LOG.debugf(e, "Whether state '%s' changed is unknown.", name);
            return false;
        }
    }
}
