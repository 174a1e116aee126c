package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The results of a run. Safe for use by many threads. */
public final class Report {

    /**
     * A problem of a state.
     *
     * @param name of the state in the source, which may not be valid
     * @param problem the problem
     */
    public record Failure(String name, String problem) {}

    /**
     * Skipped entries that are not states.
     *
     * @param why the end of a sentence that starts with the location
     * @param count their number
     * @param example one of them
     */
    public record Passed(String why, int count, String example) {}

    /** A state with a different name in its source. */
    public record Renamed(String from, String to) {}

    private final Map<Outcome.Kind, Integer> counts = new EnumMap<>(Outcome.Kind.class);
    private final Map<String, Passed> passed = new LinkedHashMap<>();
    private final List<Renamed> renamed = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<StateException> errors = new ArrayList<>();
    private final List<Failure> orphans = new ArrayList<>();
    private int swept;
    private long versions;
    private long quarantined;
    private long bytes;
    private long verified;
    private @Nullable String stopped;

    public synchronized void add(String name, Outcome outcome) {
        counts.merge(outcome.kind(), 1, Integer::sum);
        versions += outcome.versions();
        quarantined += outcome.quarantined();
        if (!outcome.problem().isEmpty()) {
            failures.add(new Failure(name, outcome.problem()));
        }
        if (outcome.error() != null) {
            errors.add(outcome.error());
        }
    }

    public void add(StateName name, Outcome outcome) {
        add(name.value(), outcome);
    }

    /** Counts an entry that is not a state, which is not a failure. */
    public synchronized void pass(String where, String why) {
        counts.merge(Outcome.Kind.SKIPPED, 1, Integer::sum);
        passed.merge(why, new Passed(why, 1, where), (all, one) -> new Passed(why, all.count() + 1, all.example()));
    }

    /** Counts the old name of a moved state: only documents quarantined since are imported. */
    public void passMoved(StateHead head) {
        if (head.moved()) {
            pass(head.name().value(), "is the old name of a moved state, which is not copied");
        }
    }

    public synchronized void rename(String from, String to) {
        renamed.add(new Renamed(from, to));
    }

    /** Returns the skipped entries by their reasons. */
    public synchronized List<Passed> passed() {
        return List.copyOf(passed.values());
    }

    public synchronized List<Renamed> renamed() {
        return List.copyOf(renamed);
    }

    public synchronized void failure(String name, String problem) {
        failures.add(new Failure(name, problem));
    }

    /** Adds the locations of orphans. */
    synchronized void orphans(StateName name, List<String> places) {
        places.forEach(place -> orphans.add(new Failure(name.value(), place)));
    }

    synchronized void swept(int removed) {
        swept += removed;
    }

    public synchronized void moved(long size) {
        bytes += size;
    }

    public synchronized void verified(long contents) {
        verified += contents;
    }

    public synchronized void stop(String why) {
        stopped = why;
    }

    public synchronized int count(Outcome.Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Returns the number of finished states. */
    public synchronized int states() {
        return counts.values().stream().mapToInt(Integer::intValue).sum()
                - passed.values().stream().mapToInt(Passed::count).sum();
    }

    public synchronized long versions() {
        return versions;
    }

    /** Returns the number of imported quarantined documents. */
    public synchronized long quarantined() {
        return quarantined;
    }

    /** Returns the bytes of imported contents. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Returns the number of verified contents. */
    public synchronized long verified() {
        return verified;
    }

    public synchronized List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Returns the orphans with their locations; they are harmless. */
    public synchronized List<Failure> orphans() {
        return List.copyOf(orphans);
    }

    /** Returns the number of removed orphans. */
    public synchronized int swept() {
        return swept;
    }

    /** Returns the exceptions of the failures. */
    public synchronized List<StateException> errors() {
        return List.copyOf(errors);
    }

    /** Returns why the run ended early, or empty if it did not. */
    public synchronized Optional<String> stopped() {
        return Optional.ofNullable(stopped);
    }
}
