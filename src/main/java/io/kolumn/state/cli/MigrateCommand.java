package io.kolumn.state.cli;

import io.kolumn.state.ListQuery;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.transfer.Migration;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code migrate}: every state of one storage into another. */
@Command(
        name = "migrate",
        description = {
            "Copy every state to another storage: versions, records, quarantined documents and deleted"
                    + " states. Everything is read back and verified.",
            "A state is locked at its source while it is copied. Run it again to copy missing and changed" + " states."
        },
        footer = {
            "  KOLUMN_TO_PASSWORD=... or --to-set-file password=FILE keeps a secret out of the process list.",
            "  kolumn-state migrate --to postgres --to-set database=states --to-set username=ada",
            "  kolumn-state migrate --from local --from-set path=old/kolumn.klstate --to local --to-set path=new/kolumn.klstate"
        })
final class MigrateCommand implements Callable<Integer>, NeedsApplication {

    @ParentCommand
    private KolumnStateCommand program;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Option(names = "--from", paramLabel = "TYPE", description = "Source storage. Default: the configured one.")
    private String from;

    @Option(names = "--from-set", paramLabel = "KEY=VALUE", description = "A key of that storage. May be repeated.")
    private Map<String, String> fromSettings = new LinkedHashMap<>();

    @Option(
            names = "--from-set-file",
            paramLabel = "KEY=FILE",
            description = "A key of that storage whose value is in a file, such as a secret.")
    private Map<String, Path> fromFiles = new LinkedHashMap<>();

    @Option(names = "--to", required = true, paramLabel = "TYPE", description = "Target storage.")
    private String to;

    @Option(names = "--to-set", paramLabel = "KEY=VALUE", description = "A key of that storage. May be repeated.")
    private Map<String, String> toSettings = new LinkedHashMap<>();

    @Option(
            names = "--to-set-file",
            paramLabel = "KEY=FILE",
            description = "A key of that storage whose value is in a file, such as a secret.")
    private Map<String, Path> toFiles = new LinkedHashMap<>();

    @Option(names = "--prefix", paramLabel = "PREFIX", description = "Only names with this prefix.")
    private String prefix = "";

    @Option(names = "--parallel", paramLabel = "N", description = "States to copy in parallel, 1 to 64 (8).")
    private int parallel = 8;

    @Option(
            names = "--read-only-source",
            description = "Take no locks at the source. States that change meanwhile are copied again.")
    private boolean readOnlySource;

    @Option(
            names = "--on-conflict",
            paramLabel = "WHAT",
            description = "If another state has the name: fail, skip, or replace it and keep it under another name.")
    private OnConflict onConflict = OnConflict.FAIL;

    @Option(names = "--wait", paramLabel = "DURATION", description = "Maximum wait for a locked state, up to 5m (90s).")
    private Duration maxWait = Duration.ofSeconds(90);

    @Nullable
    @Option(names = "--run", paramLabel = "ID", description = "Continue this earlier run and reuse its leases.")
    private String run;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private Output.Format format;

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.APPLICATION;
    }

    @Override
    public Integer call() {
        if (parallel < 1 || parallel > 64) {
            throw new ParameterException(spec.commandLine(), "--parallel=" + parallel + " is not between 1 and 64.");
        }
        if (from == null && !(fromSettings.isEmpty() && fromFiles.isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--from-set requires a --from.");
        }
        Application application = program.application();
        BackendFactory factory = application.factory();
        EncryptionConfig encryption = application.encryption().get();
        Map<String, String> target = settings("to", to, toSettings, toFiles);
        Map<String, String> source = from == null ? Map.of() : settings("from", from, fromSettings, fromFiles);
        announce(source, target, encryption);
        try (StateBackend written = factory.create(to, target, encryption)) {
            if (from == null) {
                Served served = application.served();
                return migrate(readOnlySource ? served.toRead() : served.toChange(), written);
            }
            try (StateBackend read = readOnlySource
                    ? factory.createToRead(from, source, encryption)
                    : factory.create(from, source, encryption)) {
                return migrate(read, written);
            }
        }
    }

    /**
     * Says what goes where before anything does.
     *
     * @throws StateCommand.Failure if nothing would have been gained at the end
     */
    private void announce(Map<String, String> source, Map<String, String> target, EncryptionConfig encryption) {
        Application application = program.application();
        BackendFactory factory = application.factory();
        String there = DirectConnection.place(application, to, target);
        if (!lasts(to)) {
            throw new StateCommand.Failure("--to " + to
                    + " would lose the states when this command ends. Choose a durable storage, such as local.");
        }
        String here = from == null ? application.served().place() : DirectConnection.place(application, from, source);
        if (from == null ? !application.served().lasting() : !lasts(from)) {
            throw new StateCommand.Failure("The source '" + here
                    + "' is the memory of another process. Export its states from the service (export --server) and"
                    + " import them.");
        }
        PrintWriter err = program.terminal().err();
        err.println("Source: " + here);
        err.println("Target: " + there);
        String type = factory.parseType(to);
        StoreConfig config = factory.checked(to, target);
        boolean same = from == null
                ? application.served().is(type, config)
                : type.equals(factory.parseType(from))
                        && factory.checked(from, source).isSamePlaceAs(config);
        if (same) {
            throw new StateCommand.Failure(
                    "Source and target are the same storage. Choose another one, such as --to-set path=FILE for"
                            + " local.");
        }
        if (encryption.writes()) {
            err.println("Documents are encrypted before they are written (kolumn.state.encryption.key-provider).");
        }
    }

    private boolean lasts(String type) {
        return program.application().factory().type(type).orElseThrow().lasting();
    }

    private Map<String, String> settings(
            String side, String type, Map<String, String> values, Map<String, Path> files) {
        return DirectConnection.completed(
                program.application(), side, type, Settings.of(values, files, "--" + side + "-set-file"));
    }

    private int migrate(StateBackend source, StateBackend target) {
        Terminal terminal = program.terminal();
        Interruption interruption = program.application().interruption();
        String id = run == null ? UUID.randomUUID().toString() : run;
        Migration.Settings settings =
                new Migration.Settings(id, StateCommand.who(), parallel, !readOnlySource, maxWait, prefix, onConflict);
        interruption.whenRequested(source::stopWaiting);
        Report report = new Report();
        Migration migration = new Migration(source, target, settings, report, interruption::requested);
        target.list(new ListQuery(
                "", null, 1, true, true)); // one that is away is told before a lock is taken at the source
        StateCommand.requireAny(prefix, source::list);
        terminal.err().println("Run " + id + ".");
        List<Migration.Found> states = migration.states();
        if (states.isEmpty()) {
            throw new StateCommand.Failure(
                    ExitCode.NOT_FOUND, "The source has no states. Check that it is the intended one.");
        }
        try (ProgressLine _ = new ProgressLine(terminal, report, states.size())) {
            migration.run(states);
        }
        ReportOutput.write(
                new Output(format, terminal), terminal, report, Map.of("states", Integer.toString(states.size())));
        int code = ReportOutput.exitCode(report);
        return code == ExitCode.OK && report.stopped().isPresent() ? ExitCode.INTERRUPTED : code;
    }
}
