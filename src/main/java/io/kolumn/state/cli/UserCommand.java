package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.config.IoFault;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code user}: people with passwords. */
@Command(
        name = "user",
        description = "Users who log in to the service with a password.",
        footer = "  kolumn-state user hash --name ada",
        subcommands = UserCommand.Hash.class)
final class UserCommand {

    @ParentCommand
    private KolumnStateCommand program;

    /** {@code user hash}: the password is never an argument, which others on the machine could see. */
    @Command(
            name = "hash",
            description = {
                "Print the configuration line with the hash of a password.",
                "The password is the first line of standard input. In a terminal, you are prompted for it."
            },
            footer = "  kolumn-state user hash --name ada < password.txt")
    static final class Hash implements Runnable {

        private static final int SHORTEST = 8;

        @ParentCommand
        private UserCommand parent;

        @Option(names = "--name", paramLabel = "NAME", description = "Name of the user (ada).")
        private String name = "ada";

        @Mixin
        private OutputOption format;

        @Override
        public void run() {
            Terminal terminal = parent.program.terminal();
            String key = TokenCommand.key("user", name);
            String password = password(terminal);
            if (password.length() < SHORTEST) {
                throw new Invalid("A password has at least " + SHORTEST + " characters.");
            }
            NewSecret made = NewSecret.password(password, new SecureRandom());
            Output output = format.to(terminal);
            if (output.json()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("name", name);
                json.put("key", key);
                json.put("hash", made.hash());
                output.json(json);
            } else {
                output.line(key + "=" + made.hash());
            }
        }

        @SuppressWarnings("SystemConsoleNull") // where a person looks at the terminal there is one
        private static String password(Terminal terminal) {
            Console console = System.console();
            if (terminal.interactive() && console != null) {
                char[] typed = console.readPassword("Password: ");
                return typed == null ? "" : new String(typed);
            }
            try {
                String line =
                        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
                return line == null ? "" : line;
            } catch (IOException e) {
                throw new StateCommand.Failure("The password cannot be read: " + IoFault.text(e) + ".");
            }
        }
    }
}
