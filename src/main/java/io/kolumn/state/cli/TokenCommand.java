package io.kolumn.state.cli;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.access.NewSecret;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    private KolumnStateCommand program;

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

        @Mixin
        private OutputOption format;

        @Override
        public void run() {
            Terminal terminal = parent.program.terminal();
            String key = key("token", name);
            NewSecret made = NewSecret.token(new SecureRandom());
            Output output = format.to(terminal);
            if (output.json()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("name", name);
                json.put("token", made.secret());
                json.put("key", key);
                json.put("hash", made.hash());
                output.json(json);
                return;
            }
            output.line(made.secret());
            terminal.err().println(key + "=" + made.hash());
        }
    }

    /**
     * The key of a hash as a file of properties has it: a name with a dot is quoted, and what would end the key is escaped.
     *
     * @throws Invalid if no rule could name somebody of this name
     */
    static String key(String section, String name) {
        boolean fit = !name.isEmpty()
                && name.equals(name.strip())
                && name.chars().noneMatch(c -> c == '"' || c == ',' || c == '*' || Character.isISOControl(c));
        if (!fit) {
            throw new Invalid("--name='" + Output.harmless(name)
                    + "' cannot be a name: leave out quotes, commas, asterisks" + " and spaces at its ends.");
        }
        String escaped = name.replaceAll("[\\\\ :=#!]", "\\\\$0");
        return "kolumn.state." + section + "." + (name.indexOf('.') < 0 ? escaped : '"' + escaped + '"') + ".hash";
    }
}
