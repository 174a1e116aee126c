package io.kolumn.state.cli;

import io.kolumn.state.StateException;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.transfer.OnConflict;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command line as a whole: reads arguments, runs a verb, and makes an exit code of how it ended. */
final class CommandRunner {

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

    CommandRunner(Terminal terminal, Application application) {
        this.terminal = terminal;
        this.line = new CommandLine(new KolumnStateCommand(terminal, application))
                .setOut(terminal.text())
                .setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.interactive() ? Ansi.AUTO : Ansi.OFF))
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setUsageHelpLongOptionsMaxWidth(30)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(this::misused)
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e));
        Values.register(line);
        Values.register(line, Output.Format.class);
        Values.register(line, OnConflict.class);
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
            return !help && parsed.commandSpec().userObject() instanceof NeedsApplication needy
                    ? needy.need()
                    : Need.NOTHING;
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
        err.println(Mistake.text(e));
        err.println(Mistake.help(e));
        return ExitCode.USAGE;
    }

    private int failed(Exception e) {
        PrintWriter err = terminal.err();
        if (e instanceof StateException refusal) {
            err.println(refusal.getMessage());
            return ExitCode.of(refusal);
        }
        if (e instanceof StateCommand.Failure failure) {
            err.println(failure.getMessage());
            return failure.code();
        }
        if (e instanceof ConfigurationException) {
            err.println(e.getMessage());
            return ExitCode.FAILED;
        }
        IOException fault = e instanceof UncheckedIOException wrapped ? wrapped.getCause() : null;
        if (e instanceof IOException || fault != null) {
            err.println("Not possible: " + IoFault.text(fault == null ? (IOException) e : fault) + ".");
            return ExitCode.FAILED;
        }
        err.println("This is a bug. Report it with the following:");
        e.printStackTrace(err);
        return ExitCode.FAILED;
    }
}
