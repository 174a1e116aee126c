package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.transfer.ArchiveWriter;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.WholeStates;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: every state into one file, or the current documents into a folder of Terraform. */
@Command(
        name = "export",
        description = {
            "Write every state with all versions, records and checksums to a tar (layout:"
                    + " docs/migration.md). Takes no locks; each state is consistent.",
            "Works with --server too, which requires the role admin.",
            "FILE is replaced only by a complete archive. An incomplete one is FILE.partial, and the exit"
                    + " code is not 0.",
            "The archive contains whole states. Protect it as you protect them.",
            "With --to-folder, write only the current documents, where Terraform's local backend has its"
                    + " workspaces: the name of a workspace is the rest of the state's name with ~ for a slash."
        },
        footer = {
            "  kolumn-state export states.tar.gz",
            "  kolumn-state export - --prefix team-a/ | ssh backup 'cat > states.tar'",
            "  kolumn-state export --to-folder app --prefix team-a/app/"
        })
final class ExportCommand extends StateCommand {

    @Nullable
    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "The tar, compressed if it ends with .gz or .tgz. - is standard output.")
    private String file;

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Only names with this prefix.")
    private String prefix = "";

    @Nullable
    @Option(
            names = "--to-folder",
            paramLabel = "DIR",
            description = "Write terraform.tfstate.d/<workspace>/terraform.tfstate in this folder instead.")
    private Path folder;

    @Option(names = "--overwrite", description = "With --to-folder: replace files with another content.")
    private boolean overwrite;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) throws IOException {
        if ((file == null) == (folder == null)) {
            throw misuse("Give a FILE, or --to-folder.");
        }
        if (overwrite && folder == null) {
            throw misuse("--overwrite requires --to-folder. An archive is replaced by a complete one anyway.");
        }
        WholeStates states = connected.wholeStates();
        requireAny(prefix, states::list);
        boolean all = states.seesAll(prefix);
        return file == null ? intoFolder(connected.states(), folder, all) : intoFile(states, file, all);
    }

    private int intoFolder(States states, Path root, boolean all) {
        Report report = new Report();
        try (ProgressLine _ = new ProgressLine(terminal(), report, 0)) {
            new FolderExport(states, root, prefix, overwrite, report)
                    .run(() -> application().interruption().requested());
        }
        ReportOutput.write(output(), terminal(), report, Map.of("folder", root.toString()));
        int code = code(report, all, false);
        boolean none = code == ExitCode.OK && report.states() == 0;
        return reported(none ? ExitCode.NOT_FOUND : code, all);
    }

    private int intoFile(WholeStates states, String file, boolean all) throws IOException {
        Report report = new Report();
        if (file.equals("-")) {
            write(states, new BufferedOutputStream(terminal().out(), 64 * 1024), report, all);
            terminal().out().flush();
            ReportOutput.failures(terminal(), report);
            return reported(code(report, all, false), all);
        }
        try (StagedFile staged = StagedFile.of(Path.of(file))) {
            boolean compressed = file.endsWith(".gz") || file.endsWith(".tgz");
            write(states, compressed ? new GZIPOutputStream(staged.out(), 64 * 1024) : staged.out(), report, all);
            int code = code(report, all, staged.replaces());
            ReportOutput.write(output(), terminal(), report, Map.of("file", named(staged, file, code)));
            return reported(code, all);
        }
    }

    /**
     * Gives the file its name if all is in it. The file of before is never replaced by less than what was asked for.
     *
     * @return what it is called now; nothing if there is none
     */
    private String named(StagedFile staged, String file, int code) throws IOException {
        if (code == ExitCode.OK) {
            staged.put();
            return file;
        }
        if (code == ExitCode.NOT_FOUND) {
            return "";
        }
        Optional<Path> partial = staged.putPartial();
        partial.ifPresent(path -> terminal()
                .err()
                .println("The archive is incomplete: " + path + " has the states that could be read, and " + file
                        + " is unchanged."));
        return partial.map(Path::toString).orElse(file);
    }

    /** @param replaces whether there is an archive of before, in whose place one without a state would be */
    private int code(Report report, boolean all, boolean replaces) {
        int code = ReportOutput.exitCode(report);
        if (code != ExitCode.OK) {
            return code;
        }
        if (report.stopped().isPresent()) {
            return ExitCode.INTERRUPTED;
        }
        if (!all) {
            return ExitCode.FORBIDDEN;
        }
        return report.states() == 0 && (replaces || !prefix.isEmpty()) ? ExitCode.NOT_FOUND : ExitCode.OK;
    }

    private int reported(int code, boolean all) {
        String which = prefix.isEmpty() ? "" : " whose name starts with '" + prefix + "'";
        if (!all) {
            terminal()
                    .err()
                    .println("You may not be able to read every state" + which
                            + ". That requires a rule for all of them, such as " + (prefix.endsWith("/") ? prefix : "")
                            + "**.");
        } else if (code == ExitCode.NOT_FOUND) {
            terminal().err().println("There is no state" + which + ". Nothing was written.");
        }
        return code;
    }

    /** One that cannot be read as a whole keeps no other from being exported. */
    private static Outcome added(ArchiveWriter archive, WholeStates states, StateName name) throws IOException {
        try {
            return archive.add(states, name);
        } catch (StateException e) {
            return Outcome.failed(e);
        }
    }

    private void write(WholeStates states, OutputStream out, Report report, boolean all) throws IOException {
        String program = "kolumn-state " + KolumnStateCommand.Version.number();
        try (ProgressLine _ = new ProgressLine(terminal(), report, 0);
                ArchiveWriter archive = new ArchiveWriter(out, program, Instant.now(), prefix, report)) {
            addAll(archive, states, report);
            boolean whole = all
                    && report.count(Outcome.Kind.FAILED) == 0
                    && report.stopped().isEmpty();
            archive.finish(Instant.now(), whole);
        }
    }

    private void addAll(ArchiveWriter archive, WholeStates states, Report report) throws IOException {
        StateName last = null;
        HeadPage page;
        do {
            page = states.list(new ListQuery(prefix, last, ListQuery.MAX_LIMIT, true, true));
            for (StateHead head : page.heads()) {
                if (application().interruption().requested()) {
                    report.stop("Interrupted: the archive is incomplete.");
                    return;
                }
                report.passMoved(head);
                report.add(head.name(), added(archive, states, head.name()));
                last = head.name();
            }
        } while (page.more());
    }
}
