package io.kolumn.state.cli;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.transfer.NameMapping;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes single documents in, each as a new version of the state of its name. */
final class DocumentImporter implements DocumentSource.Receiver {

    private final States states;
    private final OnConflict onConflict;
    private final boolean dryRun;
    private final Report report;
    private final List<List<String>> plan = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();

    /** @param dryRun whether only to find out what would be done */
    DocumentImporter(States states, OnConflict onConflict, boolean dryRun, Report report) {
        this.states = states;
        this.onConflict = onConflict;
        this.dryRun = dryRun;
        this.report = report;
    }

    /** What was done, or would be: name, what, size. */
    List<List<String>> plan() {
        return List.copyOf(plan);
    }

    @Override
    public void document(String name, StateDocument document) {
        String here = NameMapping.of(name);
        Outcome outcome;
        try {
            outcome = bring(StateName.of(here), document);
        } catch (StateException e) {
            outcome = Outcome.failed(e);
        }
        if (!here.equals(name)) {
            report.rename(name, here);
        }
        report.add(here, outcome);
        plan.add(List.of(here, label(outcome), Output.size(document.size())));
    }

    @Override
    public void refused(String name, String why) {
        report.add(name, Outcome.failed(new Invalid(why)));
        plan.add(List.of(name, "no state", "-"));
    }

    @Override
    public void skipped(String where, String why) {
        report.pass(where, why);
    }

    private String label(Outcome outcome) {
        return switch (outcome.kind()) {
            case BROUGHT -> "new";
            case PRESENT -> "unchanged";
            case REPLACED -> "over another";
            case SKIPPED -> "skipped";
            case FAILED -> outcome.error() instanceof Conflict ? "conflict" : "fails";
        };
    }

    private Outcome bring(StateName name, StateDocument document) {
        if (!taken.add(name.value())) {
            throw new Invalid("Another document of this import also has the name '" + name + "'.");
        }
        Optional<StateVersion> current = states.current(name);
        if (current.filter(version -> version.describes(document)).isPresent()) {
            return Outcome.present();
        }
        if (current.isPresent()) {
            if (onConflict == OnConflict.SKIP) {
                return Outcome.skipped("A different document exists and was kept.");
            }
            if (onConflict == OnConflict.FAIL) {
                throw new Conflict(
                        name,
                        Conflict.Reason.DIFFERS,
                        current.get(),
                        "State '" + name + "' already has a different document (version "
                                + current.get().number()
                                + "). Skip it (--on-conflict=skip), or replace it (--on-conflict=replace) and keep it in the"
                                + " history.");
            }
        }
        WriteOptions options = WriteOptions.by(StateCommand.who()).forced();
        options = current.isPresent()
                ? options.when(Precondition.is(current.get().number()))
                : options.when(Precondition.absent());
        if (!dryRun) {
            states.put(name, document, options);
            report.moved(document.size());
            verify(name, document);
        }
        Outcome.Kind kind = current.isPresent() ? Outcome.Kind.REPLACED : Outcome.Kind.BROUGHT;
        return new Outcome(kind, 1, 0, "", null);
    }

    private void verify(StateName name, StateDocument document) {
        boolean same = states.get(name)
                .map(VersionedDocument::document)
                .filter(document::equals)
                .isPresent();
        if (!same) {
            throw new StateException.Unavailable(
                    "State '" + name + "' differs from the imported document when read back.", null);
        }
        report.verified(1);
    }
}
