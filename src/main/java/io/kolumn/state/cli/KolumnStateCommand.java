package io.kolumn.state.cli;

import jakarta.enterprise.inject.Vetoed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code kolumn-state}: all verbs, and what they share. Without a verb it is the service, in a terminal this help. */
@Command(
        name = "kolumn-state",
        description = "Stores the state of Kolumn, Terraform and OpenTofu, as a service or directly on a storage.",
        synopsisSubcommandLabel = "[COMMAND]",
        sortOptions = false,
        scope = ScopeType.INHERIT,
        versionProvider = KolumnStateCommand.Version.class,
        footerHeading = "%nExample:%n",
        footer = "  kolumn-state ls --help",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:invalid configuration or input",
            "2:invalid command line",
            "3:no such state, version, lock or prefix",
            "4:locked by another",
            "5:conflict with the current state",
            "6:the storage or the service is unavailable",
            "7:differences or damage found (diff, verify)",
            "8:not allowed",
            "130:interrupted (143 by SIGTERM)"
        },
        subcommands = {
            ServeCommand.class,
            HelpCommand.class,
            LsCommand.class,
            FindCommand.class,
            StatsCommand.class,
            ShowCommand.class,
            GetCommand.class,
            OutputsCommand.class,
            PutCommand.class,
            HistoryCommand.class,
            DiffCommand.class,
            RestoreCommand.class,
            RmCommand.class,
            LabelCommand.class,
            LockCommand.class,
            RenewCommand.class,
            UnlockCommand.class,
            LocksCommand.class,
            WhoamiCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            MigrateCommand.class,
            VerifyCommand.class,
            BackendsCommand.class,
            ConfigCommand.class,
            HealthCommand.class,
            KeysCommand.class,
            TokenCommand.class,
            TokensCommand.class,
            UserCommand.class,
            ExplainCommand.class,
            AuditCommand.class,
            CompletionCommand.class,
            MvCommand.class,
            CpCommand.class,
            PurgeCommand.class
        })
@Vetoed // Quarkus makes a bean of every command; this one is made by Program
@SuppressWarnings("UnusedVariable") // help and version are picocli's
final class KolumnStateCommand implements NeedsApplication, Runnable {

    /** {@code --version}: that of the build. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"kolumn-state " + number()};
        }

        static String number() {
            Properties build = new Properties();
            try (InputStream in = KolumnStateCommand.class.getResourceAsStream("/META-INF/kolumn-state.properties")) {
                if (in != null) {
                    build.load(in);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return build.getProperty("version", "unknown");
        }
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            order = 200,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 201,
            description = "Show the version.")
    private boolean version;

    private final Terminal terminal;
    private final Application application;

    KolumnStateCommand(Terminal terminal, Application application) {
        this.terminal = terminal;
        this.application = application;
    }

    Terminal terminal() {
        return terminal;
    }

    Application application() {
        return application;
    }

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.SERVICE;
    }

    @Override
    public void run() {
        throw new IllegalStateException("Main starts the service");
    }
}
