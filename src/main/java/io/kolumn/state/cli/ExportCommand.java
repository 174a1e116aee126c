package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.cli.transfer.ArchiveWriter;
import io.kolumn.state.cli.transfer.Outcome;
import io.kolumn.state.cli.transfer.Report;
import io.kolumn.state.cli.transfer.WholeStates;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: every state into one file. */
@Command(
        name = "export",
        description = {
            "Write every state with all versions, records and checksums into a tar (docs/migration.md says how it is"
                    + " laid out). Takes no locks; each state is of one moment.",
            "Over a --server too, for whoever has the role admin there: the archive is the same.",
            "It holds what the states hold: keep it as you keep them."
        },
        footer = {
            "  kolumn-state export states.tar.gz",
            "  kolumn-state export - --prefix team-a/ | ssh backup 'cat > states.tar'"
        })
final class ExportCommand extends Verb {

    @Parameters(
            paramLabel = "FILE",
            description = "The tar; compressed if it ends with .gz or .tgz; - is standard output.")
    private String file;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Only names that start with it.")
    private String prefix = "";

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) throws IOException {
        WholeStates states = connected.wholeStates();
        requireAny(prefix, states::list);
        Report report = new Report();
        if (file.equals("-")) {
            write(states, new BufferedOutputStream(terminal().out(), 64 * 1024), report);
            terminal().out().flush();
            return finished(report);
        }
        Path target = Path.of(file).toAbsolutePath();
        Path staged = Files.createTempFile(target.getParent(), ".kolumn-", ".tmp");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(staged), 64 * 1024)) {
                boolean compressed = file.endsWith(".gz") || file.endsWith(".tgz");
                write(states, compressed ? new GZIPOutputStream(out, 64 * 1024) : out, report);
            }
            if (report.stopped().isPresent()) {
                return finished(report);
            }
            Files.move(staged, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(staged);
        }
        ReportOutput.write(output(), terminal(), report, Map.of("file", file));
        return ReportOutput.exitCode(report);
    }

    /** Without a report on standard output, where the archive is. */
    private int finished(Report report) {
        ReportOutput.troubles(terminal(), report);
        return report.stopped().isPresent() ? ExitCode.INTERRUPTED : ReportOutput.exitCode(report);
    }

    /** One that cannot be read as a whole keeps no other from being exported. */
    private static Outcome added(ArchiveWriter archive, WholeStates states, StateName name) throws IOException {
        try {
            return archive.add(states, name);
        } catch (StateException e) {
            return Outcome.failed(e);
        }
    }

    private void write(WholeStates states, OutputStream out, Report report) throws IOException {
        String program = "kolumn-state " + KolumnState.Version.number();
        try (ProgressLine _ = new ProgressLine(terminal(), report, 0);
                ArchiveWriter archive = new ArchiveWriter(out, program, Instant.now(), prefix, report)) {
            StateName last = null;
            HeadPage page;
            do {
                page = states.list(new ListQuery(prefix, last, ListQuery.MAX_LIMIT, true, true));
                for (StateHead head : page.heads()) {
                    if (application().interruption().requested()) {
                        report.stop("It was interrupted: the archive is not whole.");
                        return;
                    }
                    report.add(head.name(), added(archive, states, head.name()));
                    last = head.name();
                }
            } while (page.more());
            archive.finish(Instant.now());
        }
    }
}
