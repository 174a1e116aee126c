package io.kolumn.state.cli;

import io.kolumn.state.access.NewSecret;
import java.io.PrintWriter;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code token}: secrets of programs. */
@Command(
        name = "token",
        description = "Tokens for programs that ask the service.",
        footer = "  kolumn-state token create --name ci",
        subcommands = TokenCommand.Create.class)
final class TokenCommand {

    @ParentCommand
    private KolumnState program;

    /** {@code token create}: only who runs it ever sees the token. */
    @Command(
            name = "create",
            description = {
                "Make a token of 256 random bits. It goes to standard output and is kept nowhere.",
                "The line that makes it known to the service goes to standard error: it holds the hash alone."
            },
            footer = "  kolumn-state token create --name ci > ci.token")
    static final class Create implements Runnable {

        @ParentCommand
        private TokenCommand parent;

        @Option(names = "--name", paramLabel = "NAME", description = "Name of the identity in the configuration (ci).")
        private String name = "ci";

        @Override
        public void run() {
            Terminal terminal = parent.program.terminal();
            NewSecret made = NewSecret.token(new SecureRandom());
            PrintWriter out = terminal.text();
            out.println(made.secret());
            out.flush();
            terminal.err().println("kolumn.state.token." + quoted(name) + ".hash=" + made.hash());
        }
    }

    /** As a part of a key: a name with a dot is quoted. */
    static String quoted(String name) {
        return name.indexOf('.') < 0 ? name : '"' + name + '"';
    }
}
