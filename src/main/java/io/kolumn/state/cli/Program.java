package io.kolumn.state.cli;

import io.kolumn.state.StateException;
import io.kolumn.state.config.ConfigKey;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: reads arguments, runs a verb, and makes an exit code of how it ended. */
final class Program {

    /** What a command has to have before it can run. */
    enum Need {
        /** It is the service. */
        SERVICE,
        /** The application without its HTTP server. */
        APPLICATION,
        /** Neither: it asks a running service, shows a help, or cannot be run. */
        NOTHING
    }

    private final CommandLine line;
    private final Terminal terminal;

    Program(Terminal terminal, Application application) {
        this.terminal = terminal;
        this.line = new CommandLine(new KolumnState(terminal, application))
                .setOut(terminal.text())
                .setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.interactive() ? Ansi.AUTO : Ansi.OFF))
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setUsageHelpLongOptionsMaxWidth(30)
                .registerConverter(Duration.class, ConfigKey::duration)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e));
    }

    CommandLine line() {
        return line;
    }

    /** Only reads the arguments. */
    Need need(String... args) {
        try {
            ParseResult parsed = line.parseArgs(args);
            while (parsed.hasSubcommand()) {
                if (parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()) {
                    return Need.NOTHING;
                }
                parsed = parsed.subcommand();
            }
            boolean help = parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
            return !help && parsed.commandSpec().userObject() instanceof Needy needy ? needy.need() : Need.NOTHING;
        } catch (CommandLine.ParameterException e) {
            return Need.NOTHING;
        }
    }

    int run(String... args) {
        int code = line.execute(args);
        line.getOut().flush();
        line.getErr().flush();
        return code;
    }

    private int misused(CommandLine.ParameterException e, String[] args) {
        PrintWriter err = terminal.err();
        err.println(e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private int failed(Exception e) {
        PrintWriter err = terminal.err();
        if (e instanceof StateException refusal) {
            err.println(refusal.getMessage());
            return ExitCode.of(refusal);
        }
        if (e instanceof ConfigurationException || e instanceof Verb.Failure) {
            err.println(e.getMessage());
            return ExitCode.FAILED;
        }
        err.println("This is a bug:");
        e.printStackTrace(err);
        return ExitCode.FAILED;
    }
}
