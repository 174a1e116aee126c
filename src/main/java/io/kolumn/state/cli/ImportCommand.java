package io.kolumn.state.cli;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.transfer.ArchiveReader;
import io.kolumn.state.transfer.ConsulKeys;
import io.kolumn.state.transfer.DocumentSources;
import io.kolumn.state.transfer.FolderDocuments;
import io.kolumn.state.transfer.KubernetesSecrets;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.TfeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import}: states out of an archive, or documents out of another tool's layout. */
@Command(
        name = "import",
        description = {
            "Import whole states with their history from a tar of export, or documents as new versions from a folder.",
            "Everything is read back and verified. --from gives the kind of the source, which is not changed:",
            "archive: a tar of export (default for a file). folder: *.tfstate and *.klstate (default for a folder).",
            "s3, azurerm: a folder with a copy of a bucket or container of that backend of Terraform.",
            "kubernetes, consul: a file that kubectl or consul wrote of that backend.",
            "terraform-s3: a bucket itself, with --from-set bucket, region, key_prefix, endpoint, ...",
            "terraform-pg: the table of the pg backend, with --from-set host, database, username, table_name, ...",
            "tfe: workspaces of HCP Terraform or Terraform Enterprise with their histories, with --from-set"
                    + " address, organization, search and KOLUMN_FROM_TOKEN.",
            "Everything that was not imported is reported, and the exit code is not 0. Files without the"
                    + " name of a state do not count."
        },
        footer = {
            "  kolumn-state import states.tar.gz --dry-run",
            "  kolumn-state import infrastructure/ --name-prefix imported/",
            "  kolumn-state import --from terraform-s3 --from-set bucket=acme-tf --from-set region=eu-west-1",
            "  aws s3 sync s3://bucket copy && kolumn-state import copy --from s3",
            "  kolumn-state import secrets.json --from kubernetes",
            "  kolumn-state import --from terraform-pg --from-set database=tf --from-set username=tf",
            "  KOLUMN_FROM_TOKEN=... kolumn-state import --from tfe --from-set organization=acme"
        })
final class ImportCommand extends StateCommand {

    private static final String ARCHIVE = "archive";
    private static final String FOLDER = "folder";
    private static final String S3 = "s3";
    private static final String AZURERM = "azurerm";
    private static final String KUBERNETES = "kubernetes";
    private static final String CONSUL = "consul";
    private static final List<String> FILES = List.of(ARCHIVE, FOLDER, S3, AZURERM, KUBERNETES, CONSUL);

    @Nullable
    @Parameters(paramLabel = "PATH", arity = "0..1", description = "A tar, - for one on standard input, or a folder.")
    private String path;

    @Nullable
    @Option(
            names = "--from",
            paramLabel = "WHAT",
            description = "archive, folder, s3, azurerm, kubernetes, consul, terraform-s3, terraform-pg or tfe.")
    private String from;

    @Option(
            names = "--from-set",
            paramLabel = "KEY=VALUE",
            description = "A key of the source, if it is not a file. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--from-set-file",
            paramLabel = "KEY=FILE",
            description = "A key of the source with its value in a file, such as a secret.")
    private Map<String, Path> files = new LinkedHashMap<>();

    @Option(
            names = "--workspace-prefix",
            paramLabel = "PREFIX",
            description = "With --from s3: the backend's workspace_key_prefix (env:).")
    private String workspacePrefix = "env:";

    @Option(names = "--name-prefix", paramLabel = "PREFIX", description = "Prefix for every name, such as imported/.")
    private String namePrefix = "";

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            description = "If another state has the name: fail, skip, or replace it and keep its history.")
    private OnConflict onConflict = OnConflict.FAIL;

    @Option(names = "--dry-run", description = "Only show the plan.")
    private boolean dryRun;

    /** Only an application has the layouts of other tools, wherever the documents go. */
    @Override
    public CommandRunner.Need need() {
        boolean files = from == null || FILES.contains(from);
        return files ? super.need() : CommandRunner.Need.APPLICATION;
    }

    @Override
    int run(Connection connected) throws IOException {
        if (!StateName.mayStartWith(namePrefix)) {
            throw misuse("--name-prefix=" + namePrefix + " is not a prefix of a state name.");
        }
        String what = from == null ? guessed() : from;
        Report report = new Report();
        List<List<String>> plan = switch (what) {
            case ARCHIVE -> archive(connected, report);
            case TfeConfig.TYPE -> workspaces(connected, report);
            default -> documents(connected, what, report);
        };
        if (dryRun && !output().json()) {
            output().table(List.of("NAME", "WOULD BE", "SIZE>"), plan);
        }
        ReportOutput.write(output(), terminal(), report, dryRun ? Map.of("dry-run", "nothing was done") : Map.of());
        int code = ReportOutput.exitCode(report);
        if (code == ExitCode.OK && report.stopped().isPresent()) {
            return ExitCode.INTERRUPTED;
        }
        if (report.states() == 0 && !what.equals(ARCHIVE)) {
            terminal().err().println("No state was found" + (path == null ? "." : " in " + path + "."));
            return ExitCode.NOT_FOUND;
        }
        return code;
    }

    private String guessed() {
        if (path == null) {
            throw misuse("Give a tar, a folder, or --from.");
        }
        return !path.equals("-") && Files.isDirectory(Path.of(path)) ? FOLDER : ARCHIVE;
    }

    private String needed() {
        if (path == null) {
            throw misuse("--from " + from + " requires a PATH."
                    + (S3.equals(from) ? " To read a bucket itself, use --from terraform-s3." : ""));
        }
        if (!path.equals("-") && !Files.exists(Path.of(path))) {
            throw new Failure("There is no " + path + ".");
        }
        return path;
    }

    /** Thrown through a source that is not to go on. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }

    private List<List<String>> workspaces(Connection connected, Report report) {
        requireNoPath(TfeConfig.TYPE);
        Map<String, String> given = Settings.of(settings, files, "--from-set-file");
        return new TfeSource(given, application().secrets(), terminal())
                .read(
                        connected,
                        namePrefix,
                        onConflict,
                        dryRun,
                        report,
                        application().interruption()::requested);
    }

    private void requireNoPath(String what) {
        if (path != null) {
            throw misuse("--from=" + what + " takes no PATH. Use --from-set.");
        }
    }

    private List<List<String>> documents(Connection connected, String what, Report report) throws IOException {
        DocumentImporter arrival = new DocumentImporter(connected.states(), onConflict, dryRun, report);
        try (ProgressLine _ = new ProgressLine(terminal(), report, 0)) {
            read(what, prefixed(arrival));
        } catch (Stopped e) {
            report.stop("Interrupted. Run it again to continue.");
        } catch (Unavailable e) {
            if (report.states() > 0) {
                ReportOutput.write(output(), terminal(), report, Map.of());
            }
            throw e;
        }
        return arrival.plan();
    }

    private void read(String what, DocumentSource.Receiver receiver) throws IOException {
        switch (what) {
            case FOLDER -> folder(FolderDocuments.Layout.FOLDER).read(receiver);
            case S3 -> folder(FolderDocuments.Layout.S3).read(receiver);
            case AZURERM -> folder(FolderDocuments.Layout.AZURERM).read(receiver);
            case KUBERNETES -> new KubernetesSecrets(file()).read(receiver);
            case CONSUL -> new ConsulKeys(file()).read(receiver);
            default -> {
                DocumentSource source = source(what);
                requireNoPath(what);
                DocumentSources.read(source, completed(source), receiver);
            }
        }
    }

    private Map<String, String> completed(DocumentSource source) {
        Map<String, String> given = Settings.of(settings, files, "--from-set-file");
        return application().secrets().added("from", source.type(), DocumentSources.keys(source), given);
    }

    private Path file() {
        Path file = Path.of(needed());
        if (Files.isDirectory(file)) {
            throw new Failure(file + " is a folder; --from " + from + " reads a file of JSON.");
        }
        return file;
    }

    private FolderDocuments folder(FolderDocuments.Layout layout) {
        Path folder = Path.of(needed());
        if (!Files.isDirectory(folder)) {
            throw new Failure(folder + " is not a folder.");
        }
        return new FolderDocuments(folder, layout, workspacePrefix);
    }

    private DocumentSource source(String type) {
        DocumentSources sources = application().sources();
        return sources.type(type).orElseThrow(() -> {
            List<String> known = new ArrayList<>(FILES);
            sources.all().forEach(source -> known.add(source.type()));
            known.add(TfeConfig.TYPE);
            return misuse("--from=" + type + " is not one of " + String.join(", ", known) + ".");
        });
    }

    private DocumentSource.Receiver prefixed(DocumentImporter arrival) {
        return new DocumentSource.Receiver() {
            @Override
            public void document(String name, StateDocument document) {
                if (application().interruption().requested()) {
                    throw new Stopped();
                }
                arrival.document(namePrefix + name, document);
            }

            @Override
            public void refused(String name, String why) {
                arrival.refused(namePrefix + name, why);
            }

            @Override
            public void skipped(String where, String why) {
                arrival.skipped(where, why);
            }
        };
    }

    private List<List<String>> archive(Connection connected, Report report) throws IOException {
        StateBackend target = storage(connected);
        try (UnpackedArchive plain = UnpackedArchive.of(needed(), terminal().in());
                ArchiveReader archive = new ArchiveReader(plain.path())) {
            if (archive.partial()) {
                terminal().err().println(path + " is an incomplete export.");
            }
            return new ArchiveImport(target, onConflict, namePrefix, dryRun, report, terminal())
                    .read(archive, application().interruption()::requested);
        }
    }

    static String label(Outcome outcome) {
        return switch (outcome.kind()) {
            case BROUGHT -> "new, " + outcome.versions() + " versions";
            case PRESENT -> "unchanged";
            case REPLACED -> "replaced";
            case SKIPPED -> "skipped";
            case FAILED -> outcome.error() instanceof StateException.Conflict ? "conflict" : "fails";
        };
    }
}
