package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** An import of all workspaces that a configuration asks for, one after the other. */
public final class TfeRun {

    /** Is told of what people have to know beside the outcomes. */
    public interface Listener {

        /** A workspace is locked there, so somebody may be changing it. */
        void locked(TfeWorkspace workspace);

        /**
         * A workspace is done.
         *
         * @param name of its state, which may not be valid
         * @param size of its documents, as far as that is told
         */
        void done(String name, Outcome outcome, long size);
    }

    private static final int MAX_UNAVAILABLE = 5;

    private final TfeCatalog catalog;
    private final TfeArrival arrival;
    private final String namePrefix;
    private final Report report;
    private final BooleanSupplier interrupted;
    private final Map<String, TfeWorkspace> taken = new HashMap<>();
    private int unavailable;

    /** @param namePrefix is put before the name of every state */
    public TfeRun(
            TfeCatalog catalog, TfeArrival arrival, String namePrefix, Report report, BooleanSupplier interrupted) {
        this.catalog = catalog;
        this.arrival = arrival;
        this.namePrefix = namePrefix;
        this.report = report;
        this.interrupted = interrupted;
    }

    /** What came of each workspace is in the report. */
    public void run(TfeConfig config, boolean dryRun, Listener listener) {
        List<String> organizations =
                config.organization().isEmpty() ? catalog.organizations() : List.of(config.organization());
        List<TfeWorkspace> workspaces = new ArrayList<>();
        for (String organization : organizations) {
            workspaces.addAll(catalog.workspaces(organization, config.search()));
        }
        for (TfeWorkspace workspace : workspaces) {
            if (interrupted.getAsBoolean()) {
                report.stop("Interrupted. Run it again to continue.");
                return;
            }
            try {
                workspace(workspace, dryRun, listener);
            } catch (TfeArrival.Interrupted e) {
                report.stop("Interrupted. Run it again to continue.");
                return;
            }
            if (unavailable >= MAX_UNAVAILABLE) {
                report.stop("There was no answer for " + MAX_UNAVAILABLE
                        + " workspaces in a row. Run it again to continue.");
                return;
            }
        }
    }

    private void workspace(TfeWorkspace workspace, boolean dryRun, Listener listener) {
        String wanted = namePrefix + workspace.stateName();
        String here = NameMapping.of(wanted);
        Outcome outcome;
        long size = 0;
        try {
            List<TfeVersion> versions = catalog.versions(workspace);
            if (workspace.locked()) {
                listener.locked(workspace);
            }
            if (versions.isEmpty()) {
                report.pass(workspace.place(), "has no state");
                return;
            }
            size = versions.stream().mapToLong(TfeVersion::size).sum();
            TfeWorkspace other = taken.putIfAbsent(here, workspace);
            if (other != null) {
                throw new StateException.Invalid(
                        "The workspace " + other.place() + " also has the name '" + here + "'.");
            }
            outcome = arrival.bring(StateName.of(here), workspace, versions, dryRun);
            unavailable = 0;
        } catch (Unauthenticated e) {
            throw e; // so would be the next one
        } catch (StateException e) {
            unavailable += e instanceof Unavailable ? 1 : 0;
            outcome = Outcome.failed(e);
        }
        if (!here.equals(wanted)) {
            report.rename(wanted, here);
        }
        report.add(here, outcome);
        listener.done(here, outcome, size);
    }
}
