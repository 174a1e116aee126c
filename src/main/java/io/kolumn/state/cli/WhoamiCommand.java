package io.kolumn.state.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code whoami}: who a service takes the caller for. */
@Command(
        name = "whoami",
        description = "Show how a service identifies you, and with a state also your permissions on it.",
        footer = {
            "  kolumn-state whoami --server https://state.example.org",
            "  kolumn-state whoami --server https://state.example.org --token-file token.txt team-a/prod"
        })
final class WhoamiCommand extends StateCommand {

    @Nullable
    @Parameters(paramLabel = "NAME", arity = "0..1", description = "Name of a state.")
    private String name;

    @Override
    int run(Connection connected) {
        if (!(connected instanceof ServerConnection server)) {
            throw misuse("Without --server there is no authentication: access to the storage allows everything."
                    + " Give --server.");
        }
        JsonNode caller =
                server.client().get("/v1/whoami").parameter("state", name).send();
        if (output().json()) {
            output().json(caller);
        } else {
            output().details(details(caller));
        }
        return ExitCode.OK;
    }

    private static Map<String, String> details(JsonNode caller) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("identity", caller.path("identity").asText());
        details.put("auth method", caller.path("authMethod").asText());
        details.put("groups", caller.path("groups").isEmpty() ? "none" : list(caller.path("groups")));
        details.put(
                "expires",
                caller.path("expires").asText("never") + (caller.path("expired").asBoolean() ? " (expired)" : ""));
        if (caller.has("state")) {
            details.put(
                    "may",
                    list(caller.path("may")) + " with " + caller.path("state").asText());
        }
        return details;
    }

    private static String list(JsonNode values) {
        return values.isEmpty()
                ? "nothing"
                : StreamSupport.stream(values.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(", "));
    }
}
