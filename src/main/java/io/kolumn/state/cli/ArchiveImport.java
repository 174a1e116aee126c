package io.kolumn.state.cli;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.transfer.ArchiveReader;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.StateImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Whole states out of an archive into a storage, one after the other. */
final class ArchiveImport {

    private final StateImporter arrival;
    private final String namePrefix;
    private final boolean dryRun;
    private final Report report;
    private final Terminal terminal;

    /** @param dryRun whether only to find out what would be done */
    ArchiveImport(
            StateBackend target,
            OnConflict onConflict,
            String namePrefix,
            boolean dryRun,
            Report report,
            Terminal terminal) {
        this.arrival = new StateImporter(target, onConflict, UUID.randomUUID().toString(), StateCommand.who(), report);
        this.namePrefix = namePrefix;
        this.dryRun = dryRun;
        this.report = report;
        this.terminal = terminal;
    }

    /** What was done, or would be: name, what, size. */
    List<List<String>> read(ArchiveReader archive, BooleanSupplier interrupted) {
        List<List<String>> plan = new ArrayList<>();
        try (ProgressLine _ = new ProgressLine(terminal, report, archive.names().size())) {
            for (StateName name : archive.names()) {
                if (interrupted.getAsBoolean()) {
                    report.stop("Interrupted. Run it again to continue.");
                    break;
                }
                Outcome outcome;
                long size = 0;
                try {
                    StateSnapshot state = archive.state(name);
                    size = state.versions().stream()
                            .mapToLong(version -> version.size())
                            .sum();
                    StateName arriving = StateName.of(namePrefix + name);
                    outcome = dryRun ? arrival.would(arriving, state) : arrival.bring(arriving, state);
                } catch (StateException e) {
                    outcome = Outcome.failed(e);
                }
                report.add(name, outcome);
                plan.add(List.of(namePrefix + name, ImportCommand.label(outcome), Output.size(size)));
            }
        }
        return plan;
    }
}
