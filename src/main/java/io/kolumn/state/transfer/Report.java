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

/** What became of all states of a run so far. Safe for use by many threads. */
public final class Report {

    /**
     * A state that is not where it should be, or about which there is something to say.
     *
     * @param name of the state, as its source has it: perhaps no valid one
     * @param problem what is wrong
     */
    public record Trouble(String name, String problem) {}

    /**
     * What is there and was no state.
     *
     * @param why as the end of a sentence that begins with the place
     * @param count how many there were
     * @param example one of them
     */
    public record Passed(String why, int count, String example) {}

    /** A state that is called otherwise where it came from. */
    public record Renamed(String from, String to) {}

    private final Map<Outcome.Kind, Integer> counts = new EnumMap<>(Outcome.Kind.class);
    private final Map<String, Passed> passed = new LinkedHashMap<>();
    private final List<Renamed> renamed = new ArrayList<>();
    private final List<Trouble> troubles = new ArrayList<>();
    private final List<StateException> errors = new ArrayList<>();
    private final List<Trouble> orphans = new ArrayList<>();
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
            troubles.add(new Trouble(name, outcome.problem()));
        }
        if (outcome.error() != null) {
            errors.add(outcome.error());
        }
    }

    public void add(StateName name, Outcome outcome) {
        add(name.value(), outcome);
    }

    /** Counts something that is not a state, which is not a failure. */
    public synchronized void pass(String where, String why) {
        counts.merge(Outcome.Kind.SKIPPED, 1, Integer::sum);
        passed.merge(why, new Passed(why, 1, where), (all, one) -> new Passed(why, all.count() + 1, all.example()));
    }

    /** Counts the old name of a moved state: only documents quarantined since are imported. */
    public void passMoved(StateHead head) {
        if (head.moved()) {
            pass(head.name().value(), "says where a state was moved to, which is not carried over");
        }
    }

    public synchronized void rename(String from, String to) {
        renamed.add(new Renamed(from, to));
    }

    /** What was no state, by the reason. */
    public synchronized List<Passed> passed() {
        return List.copyOf(passed.values());
    }

    public synchronized List<Renamed> renamed() {
        return List.copyOf(renamed);
    }

    public synchronized void trouble(String name, String problem) {
        troubles.add(new Trouble(name, problem));
    }

    /** Where contents are that nothing names. */
    synchronized void orphans(StateName name, List<String> places) {
        places.forEach(place -> orphans.add(new Trouble(name.value(), place)));
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

    /** States that came to an end, whichever. */
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

    /** Of the contents that were brought. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Contents that were read back and found to be those of their records. */
    public synchronized long verified() {
        return verified;
    }

    public synchronized List<Trouble> troubles() {
        return List.copyOf(troubles);
    }

    /** Contents that nothing names, each with its place; harmless. */
    public synchronized List<Trouble> orphans() {
        return List.copyOf(orphans);
    }

    /** How many of the orphans were removed. */
    public synchronized int swept() {
        return swept;
    }

    /** The exceptions behind the failures. */
    public synchronized List<StateException> errors() {
        return List.copyOf(errors);
    }

    /** Why the run ended before it was through; empty if it did not. */
    public synchronized Optional<String> stopped() {
        return Optional.ofNullable(stopped);
    }
}
