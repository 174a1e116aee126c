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
        description = "Tokens for programs that use the service.",
        footer = "  kolumn-state token create --name ci",
        subcommands = TokenCommand.Create.class)
final class TokenCommand {

    @ParentCommand
    private KolumnStateCommand program;

    /** {@code token create}: only who runs it ever sees the token. */
    @Command(
            name = "create",
            description = {
                "Create a token of 256 random bits. It is printed to standard output and stored nowhere.",
                "The configuration line with its hash is printed to standard error."
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
                    + "' is not a valid name: quotes, commas, asterisks and surrounding spaces are not allowed.");
        }
        String escaped = name.replaceAll("[\\\\ :=#!]", "\\\\$0");
        return "kolumn.state." + section + "." + (name.indexOf('.') < 0 ? escaped : '"' + escaped + '"') + ".hash";
    }
}
