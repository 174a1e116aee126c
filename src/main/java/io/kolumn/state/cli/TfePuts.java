package io.kolumn.state.cli;

import io.kolumn.state.Labels;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.TfeArrival;
import io.kolumn.state.transfer.TfeCatalog;
import io.kolumn.state.transfer.TfeTags;
import io.kolumn.state.transfer.TfeVersion;
import io.kolumn.state.transfer.TfeWorkspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Histories of workspaces into a running service: each version is written as a new one, oldest first. A service gives it the
 * time and the author of that write. What is current there says where a second import goes on.
 */
final class TfePuts implements TfeArrival {

    private final TfeCatalog catalog;
    private final States states;
    private final OnConflict onConflict;
    private final Report report;
    private final BooleanSupplier interrupted;

    TfePuts(TfeCatalog catalog, States states, OnConflict onConflict, Report report, BooleanSupplier interrupted) {
        this.catalog = catalog;
        this.states = states;
        this.onConflict = onConflict;
        this.report = report;
        this.interrupted = interrupted;
    }

    @Override
    public Outcome bring(StateName name, TfeWorkspace workspace, List<TfeVersion> versions, boolean dryRun) {
        StateVersion current = states.current(name).orElse(null);
        int next = current == null ? 0 : after(current, workspace, versions);
        boolean another = next < 0;
        if (another && onConflict == OnConflict.SKIP) {
            return Outcome.skipped("A different document exists and was kept.");
        }
        if (another && onConflict == OnConflict.FAIL) {
            throw TfeArrival.exists(name, Objects.requireNonNull(current));
        }
        List<TfeVersion> missing = versions.subList(Math.max(next, 0), versions.size());
        if (missing.isEmpty()) {
            return Outcome.present();
        }
        Outcome.Kind kind = another ? Outcome.Kind.REPLACED : Outcome.Kind.BROUGHT;
        int written = dryRun ? missing.size() : write(name, workspace, missing, current);
        return new Outcome(kind, written, 0, "", null);
    }

    /** The index behind the version that is current here; -1 if none of them is. */
    private int after(StateVersion current, TfeWorkspace workspace, List<TfeVersion> versions) {
        for (int at = versions.size() - 1; at >= 0; at--) {
            TfeVersion version = versions.get(at);
            boolean serial = version.serial() == null
                    || current.serial() == null
                    || version.serial().equals(current.serial());
            boolean size = version.size() == 0 || version.size() == current.size();
            if (serial
                    && size
                    && catalog.document(workspace, version)
                            .filter(current::describes)
                            .isPresent()) {
                return at + 1;
            }
        }
        return -1;
    }

    private int write(
            StateName name, TfeWorkspace workspace, List<TfeVersion> versions, @Nullable StateVersion current) {
        StateVersion before = current;
        StateDocument last = null;
        int written = 0;
        boolean labelled = false;
        for (TfeVersion version : versions) {
            if (interrupted.getAsBoolean()) {
                throw new TfeArrival.Interrupted();
            }
            Optional<StateDocument> document = catalog.document(workspace, version);
            if (document.isEmpty()) {
                if (version.equals(versions.getLast())) {
                    throw new Unavailable(
                            "The current version " + version.id() + " of " + workspace.place()
                                    + " cannot be downloaded: " + catalog.host() + " no longer keeps it.",
                            null);
                }
                continue;
            }
            if (before != null && !labelled) {
                label(name, workspace);
                labelled = true;
            }
            last = document.get();
            WriteOptions options = WriteOptions.by(StateCommand.who())
                    .forced()
                    .when(before == null ? Precondition.absent() : Precondition.is(before.number()));
            before = states.put(name, last, options).version();
            report.moved(last.size());
            written++;
        }
        if (!labelled) {
            label(name, workspace);
        }
        verify(name, Objects.requireNonNull(last));
        return written;
    }

    private void label(StateName name, TfeWorkspace workspace) {
        Labels here = states.labels(name).orElse(Labels.NONE);
        Map<String, @Nullable String> added = new HashMap<>(TfeTags.added(catalog, workspace, here, report));
        if (!added.isEmpty()) {
            states.label(name, added, StateCommand.who());
        }
    }

    private void verify(StateName name, StateDocument last) {
        boolean same = states.get(name)
                .map(VersionedDocument::document)
                .filter(last::equals)
                .isPresent();
        if (!same) {
            throw new Unavailable("State '" + name + "' differs from the imported document when read back.", null);
        }
        report.verified(1);
    }
}
