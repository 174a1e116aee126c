package io.kolumn.state.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code completion}: lets a shell complete verbs and options. */
@Command(
        name = "completion",
        description = "Print a script that completes commands and options in bash and zsh.",
        footer = "  source <(kolumn-state completion)")
final class CompletionCommand implements Runnable {

    @ParentCommand
    private KolumnStateCommand program;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        var out = program.terminal().text();
        out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        out.flush();
    }
}
