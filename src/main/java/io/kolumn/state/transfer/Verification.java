package io.kolumn.state.transfer;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything that a storage has, and compares it with what its heads and records say. Removes what interrupted commits left,
 * if that is asked for, and changes nothing else.
 */
public final class Verification {

    /** Nobody stages a commit for so long: what is older was left behind. */
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);

    private final WholeStates states;
    private final String prefix;
    private final int parallel;
    private final boolean sweeping;
    private final Report report;
    private final BooleanSupplier interrupted;

    /**
     * @param prefix only names that start with it
     * @param parallel how many states are read at once
     * @param sweeping whether orphans of more than an hour are removed
     */
    public Verification(
            WholeStates states,
            String prefix,
            int parallel,
            boolean sweeping,
            Report report,
            BooleanSupplier interrupted) {
        this.states = states;
        this.prefix = prefix;
        this.parallel = parallel;
        this.sweeping = sweeping;
        this.report = report;
        this.interrupted = interrupted;
    }

    /** Every damage is a failure in the report. */
    public void run() {
        if (!states.seesAll(prefix)) {
            report.failure("(others)", "States that you cannot read were not checked.");
        }
        Semaphore places = new Semaphore(parallel);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            StateName last = null;
            HeadPage page;
            do {
                page = states.list(new ListQuery(prefix, last, ListQuery.MAX_LIMIT, true, true));
                for (StateHead head : page.heads()) {
                    if (last != null && last.compareTo(head.name()) >= 0) {
                        report.failure(head.name().value(), "is listed after '" + last + "', out of order");
                    }
                    last = head.name();
                    places.acquireUninterruptibly();
                    if (interrupted.getAsBoolean()) {
                        report.stop("Interrupted.");
                        return;
                    }
                    workers.execute(() -> {
                        try {
                            check(head.name());
                        } finally {
                            places.release();
                        }
                    });
                }
            } while (page.more());
        }
    }

    private void check(StateName name) {
        List<String> problems = new ArrayList<>();
        try {
            Optional<StateSnapshot> state = states.whole(name);
            state.ifPresent(whole -> check(whole, problems));
            if (sweeping) {
                report.swept(states.sweep(name, LEFT_BEHIND));
            }
            report.orphans(name, states.orphans(name));
        } catch (StateException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        problems.forEach(problem -> report.failure(name.value(), problem));
        report.add(name, Outcome.present());
    }

    private void check(StateSnapshot state, List<String> problems) {
        StateHead head = state.head();
        if (head.versionCount() != state.versions().size()) {
            problems.add("Its head counts " + head.versionCount() + " versions, but its history has "
                    + state.versions().size() + ".");
        }
        if (head.incomplete()) {
            problems.add("It is only partly imported from another storage; run that migration again.");
        }
        List<StateVersion> all = new ArrayList<>(state.versions());
        all.addAll(state.quarantined());
        for (StateVersion version : all) {
            String problem = problem(state, version);
            if (problem == null) {
                report.verified(1);
                report.moved(version.size());
            } else if (stillKept(head.name(), version)) {
                problems.add(problem);
            }
        }
    }

    private static @Nullable String problem(StateSnapshot state, StateVersion version) {
        try {
            StateDocument content = state.contents().of(version);
            if (!version.describes(content)) {
                return "Version " + version.number() + " has the sha-256 " + content.sha256() + ", but its record has "
                        + version.sha256() + ".";
            }
            // What is read of a document once is trusted ever after.
            StateDocument read = StateDocument.read(content.open(), content.size(), content.size());
            boolean same = read.sha256().equals(version.sha256())
                    && Objects.equals(read.serial(), version.serial())
                    && Objects.equals(read.lineage(), version.lineage())
                    && read.format() == version.format()
                    && read.isEmpty() == version.empty();
            return same ? null : "The record of version " + version.number() + " does not match its document.";
        } catch (StateException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    /** A version that went while it was looked at is none that is damaged. */
    private boolean stillKept(StateName name, StateVersion version) {
        try {
            return states.whole(name)
                    .map(now -> version.number() == 0 ? now.quarantined() : now.versions())
                    .filter(records -> records.contains(version))
                    .isPresent();
        } catch (Unavailable e) {
            return true;
        }
    }
}
