package io.kolumn.state.cli;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.Verification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: reads everything and says what is wrong with it. */
@Command(
        name = "verify",
        description = {
            "Read every head, version and quarantined document, and compare their bytes and records.",
            "Damage is reported, not repaired. Restore the storage from a backup, or an older version with"
                    + " restore. Leftovers of interrupted commits are listed too; they are harmless.",
            "Works with --server too, which requires the role admin. Leftovers of interrupted commits are"
                    + " not visible then."
        },
        footer = "  kolumn-state verify --backend local --set path=data/kolumn.klstate")
final class VerifyCommand extends StateCommand {

    @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "", description = "Only names with this prefix.")
    private String prefix;

    @Option(names = "--parallel", paramLabel = "N", description = "States to read in parallel, 1 to 64 (4).")
    private int parallel = 4;

    @Option(names = "--repair", description = "Remove leftovers of interrupted commits that are older than an hour.")
    private boolean repair;

    @Override
    boolean reads() {
        return !repair;
    }

    @Override
    int run(Connection connected) {
        if (parallel < 1 || parallel > 64) {
            throw misuse("--parallel=" + parallel + " is not between 1 and 64.");
        }
        Optional<StateBackend> storage = connected.backend();
        if (repair && storage.isEmpty()) {
            throw misuse("--repair requires direct access to the storage. A service removes leftovers by itself.");
        }
        storage.ifPresent(VerifyCommand::check);
        requireAny(prefix, connected.wholeStates()::list);
        Report report = new Report();
        Verification verification = new Verification(
                connected.wholeStates(),
                prefix,
                parallel,
                repair,
                report,
                () -> application().interruption().requested());
        try (ProgressLine _ = new ProgressLine(terminal(), report, 0)) {
            verification.run();
        }
        write(report, storage.isPresent());
        if (report.stopped().isPresent()) {
            return ExitCode.INTERRUPTED;
        }
        return report.failures().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private static void check(StateBackend storage) {
        StoreCheck check = storage.check();
        if (!check.canRead()) {
            throw new Unavailable("The storage cannot be read: " + check.problem(), null);
        }
    }

    /** @param looked whether what interrupted commits left could be seen */
    private static Map<String, Object> json(Report report, boolean looked) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("states", report.states());
        json.put("contents", report.verified());
        json.put("bytes", report.bytes());
        json.put("errors", pairs(report.failures(), "problem"));
        if (looked) {
            json.put("orphans", pairs(report.orphans(), "place"));
            json.put("removed", report.swept());
        }
        report.stopped().ifPresent(why -> json.put("stopped", why));
        return json;
    }

    private static List<Map<String, String>> pairs(List<Report.Failure> failures, String what) {
        return failures.stream()
                .map(failure -> Map.of("name", failure.name(), what, failure.problem()))
                .toList();
    }

    private void write(Report report, boolean looked) {
        if (output().json()) {
            output().json(json(report, looked));
            return;
        }
        if (!report.failures().isEmpty()) {
            output().table(
                            List.of("STATE", "PROBLEM"),
                            report.failures().stream()
                                    .map(failure -> List.of(failure.name(), failure.problem()))
                                    .toList());
        }
        if (!report.orphans().isEmpty()) {
            output().table(
                            List.of("STATE", "LEFT BY AN INTERRUPTED COMMIT"),
                            report.orphans().stream()
                                    .map(orphan -> List.of(orphan.name(), orphan.problem()))
                                    .toList());
        }
        if (report.swept() > 0) {
            output().line("Removed: " + report.swept() + " leftovers of interrupted commits");
        }
        output().line(report.states() + " states, " + report.verified() + " contents, " + Output.size(report.bytes())
                + " read; "
                + (report.failures().isEmpty() ? "ok" : report.failures().size() + " errors")
                + (looked ? "" : "; leftovers of interrupted commits are not visible over a service"));
        report.stopped().ifPresent(terminal().err()::println);
    }
}
