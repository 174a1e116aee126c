package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tokens}: personal tokens of a running service. Those of its configuration are made by {@code token}. */
@Command(
        name = "tokens",
        description = "Personal tokens, such as for terraform login. Requires --server.",
        footer = "  kolumn-state tokens list --server https://state.example.org",
        subcommands = {TokensCommand.Listing.class, TokensCommand.Create.class, TokensCommand.Revoke.class})
final class TokensCommand {

    private static final String PATH = "/v1/tokens";

    /** What all of them share: a storage without a service has no callers. */
    abstract static class OnService extends StateCommand {

        @Override
        final int run(Connection connected) {
            if (!(connected instanceof ServerConnection server)) {
                throw misuse("Personal tokens belong to a running service. Give --server.");
            }
            return run(server.client());
        }

        abstract int run(ServerClient client);
    }

    /** {@code tokens list}: never the tokens themselves, which nobody has. */
    @Command(
            name = "list",
            aliases = "ls",
            description = "List your personal tokens, without the tokens themselves.",
            footer = "  kolumn-state tokens list --server https://state.example.org --user ada")
    static final class Listing extends OnService {

        @Option(names = "--all", description = "Tokens of all identities. Requires admin on **.")
        private boolean all;

        @Override
        int run(ServerClient client) {
            JsonNode listed =
                    client.get(PATH).parameter("all", all ? "true" : null).send();
            if (output().json()) {
                output().json(listed);
                return ExitCode.OK;
            }
            List<List<String>> rows = new ArrayList<>();
            listed.path("tokens").forEach(token -> rows.add(row(token)));
            output().table(List.of("ID", "NAME", "IDENTITY", "ENDS WITH", "CREATED", "EXPIRES"), rows);
            return ExitCode.OK;
        }

        private static List<String> row(JsonNode token) {
            return List.of(
                    token.path("id").asText(),
                    Output.harmless(token.path("name").asText()),
                    Output.harmless(token.path("identity").asText()),
                    token.path("ending").asText(),
                    time(token, "created"),
                    time(token, "expires") + (token.path("expired").asBoolean() ? " (expired)" : ""));
        }

        private static String time(JsonNode token, String member) {
            return Output.time(Instant.parse(token.path(member).asText()));
        }
    }

    /** {@code tokens create}: only who runs it ever sees the token. */
    @Command(
            name = "create",
            description = {
                "Create a personal token with your permissions. It is printed to standard output, once.",
                "Log in with --user or with a JWT: a personal token cannot create tokens."
            },
            footer = "  kolumn-state tokens create --name laptop --server https://state.example.org --user ada")
    static final class Create extends OnService {

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "What the token is for.")
        private String name;

        @Nullable
        @Option(
                names = "--expires",
                paramLabel = "LIFE",
                description = "Its life, such as 30d or 12h. Default: the maximum of the service.")
        private String expires;

        @Override
        int run(ServerClient client) {
            Map<String, String> asked = new LinkedHashMap<>();
            asked.put("name", name);
            if (expires != null) {
                asked.put("expires", expires);
            }
            JsonNode made = client.call("POST", PATH).json(asked).send();
            if (output().json()) {
                output().json(made);
                return ExitCode.OK;
            }
            output().line(made.path("token").asText());
            terminal()
                    .err()
                    .println("Token " + made.path("id").asText() + " expires at "
                            + Output.time(Instant.parse(made.path("expires").asText())) + ". It is not shown again.");
            return ExitCode.OK;
        }
    }

    /** {@code tokens revoke}: by the id, so that no token is in an address. */
    @Command(
            name = "revoke",
            aliases = "rm",
            description = "Revoke a personal token. Every replica of the service refuses it within 5 seconds.",
            footer = "  kolumn-state tokens revoke 5d1c0b7a9e2f4c68 --server https://state.example.org --user ada")
    static final class Revoke extends OnService {

        @Parameters(paramLabel = "ID", description = "Id of the token, as listed.")
        private String id;

        @Override
        int run(ServerClient client) {
            if (!id.matches("[0-9a-f]{16}")) {
                throw misuse("The id of a token has 16 characters, 0 to 9 and a to f. 'tokens list' shows it.");
            }
            if (client.call("DELETE", PATH + "/" + id).find().isEmpty()) {
                throw new Failure(ExitCode.NOT_FOUND, "You have no personal token with the id " + id + ".");
            }
            if (output().json()) {
                output().json(Map.of("revoked", id));
            } else {
                output().line("Revoked " + id);
            }
            return ExitCode.OK;
        }
    }
}
