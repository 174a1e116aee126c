package io.kolumn.state.cli;

import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.TfeArrival;
import io.kolumn.state.transfer.TfeCatalog;
import io.kolumn.state.transfer.TfeConfig;
import io.kolumn.state.transfer.TfeImport;
import io.kolumn.state.transfer.TfeRun;
import io.kolumn.state.transfer.TfeWorkspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** {@code import --from tfe}: workspaces of HCP Terraform or Terraform Enterprise with their histories. */
final class TfeSource {

    private final TfeConfig config;
    private final Terminal terminal;
    private final List<List<String>> plan = new ArrayList<>();

    /** @param given the keys of the command line; the token may be in the environment */
    TfeSource(Map<String, String> given, ConfiguredSecrets secrets, Terminal terminal) {
        this.config = TfeConfig.of(secrets.added("from", TfeConfig.TYPE, TfeConfig.keys(), given));
        this.terminal = terminal;
        boolean plain = "http".equals(config.address().getScheme());
        if (plain && !ServerCredentials.loopback(config.address().getHost())) {
            terminal.err().println("Warning: the token is sent unencrypted. Use https.");
        }
    }

    /**
     * Brings all of it; what came of it is in the report.
     *
     * @return what was done, or would be: name, what, size
     */
    List<List<String>> read(
            Connection connected,
            String namePrefix,
            OnConflict onConflict,
            boolean dryRun,
            Report report,
            BooleanSupplier interrupted) {
        try (TfeCatalog catalog = config.open();
                ProgressLine _ = new ProgressLine(terminal, report, 0)) {
            TfeArrival arrival = connected
                    .backend()
                    .<TfeArrival>map(target -> new TfeImport(
                            catalog,
                            target,
                            onConflict,
                            UUID.randomUUID().toString(),
                            StateCommand.who(),
                            report,
                            interrupted))
                    .orElseGet(() -> new TfePuts(catalog, connected.states(), onConflict, report, interrupted));
            new TfeRun(catalog, arrival, namePrefix, report, interrupted).run(config, dryRun, new Told());
        }
        return plan;
    }

    private final class Told implements TfeRun.Listener {

        @Override
        public void locked(TfeWorkspace workspace) {
            terminal.err()
                    .println("The workspace " + Output.harmless(workspace.place())
                            + " is locked there. If it changes, run the import again.");
        }

        @Override
        public void done(String name, Outcome outcome, long size) {
            plan.add(List.of(name, ImportCommand.label(outcome), size == 0 ? "-" : Output.size(size)));
        }
    }
}
