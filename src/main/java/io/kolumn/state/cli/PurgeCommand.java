package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.backend.WriteOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code purge}: removes for good what is kept of a state. */
@Command(
        name = "purge",
        description = {
            "Permanently remove versions, a quarantined document, or a deleted state with its whole history.",
            "The current version cannot be purged. Write a new version or delete the state (rm) first.",
            "Backups, exports and old objects of a versioned bucket are not touched."
        },
        footer = {
            "  kolumn-state purge team-a/network/prod 11 12 --reason \"leaked key\"",
            "  kolumn-state purge team-a/network/prod --quarantined 5f1c0e",
            "  kolumn-state purge team-a/old --all --yes"
        })
final class PurgeCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "VERSION", description = "Numbers of the versions.")
    private List<Long> versions = new ArrayList<>();

    @Option(
            names = "--quarantined",
            paramLabel = "ID",
            description = "Purge quarantined documents instead (see history --quarantined). May be repeated.")
    private List<String> quarantined = new ArrayList<>();

    @Option(names = "--all", description = "Purge everything that is left of a deleted state.")
    private boolean all;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Reason, for the audit trail.")
    private String reason;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock.")
    private String lock;

    @Nullable
    @Option(names = "--if-version", paramLabel = "N", description = "Only if this version is current.")
    private Long current;

    @Option(names = "--yes", description = "Do not ask for confirmation. Required without a terminal.")
    private boolean yes;

    @Override
    int run(Connection connected) throws IOException {
        if ((versions.isEmpty() ? 0 : 1) + (quarantined.isEmpty() ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw misuse("Give numbers of versions, --quarantined with an id, or --all.");
        }
        StateName state = StateName.of(name);
        List<Purge> asked = asked();
        if (!yes) {
            confirm(state);
        }
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        if (current != null) {
            options = options.when(Precondition.is(versionNumber(current)));
        }
        List<Object> done = new ArrayList<>();
        try {
            for (Purge one : asked) {
                PurgeResult purged = connected.states().purge(state, one, options);
                done.add(json(purged));
                if (!output().json()) {
                    output().line((purged.changed() ? "Purged: " : "Gone already: ") + text(state, purged));
                }
            }
        } finally { // also of what went before one that did not
            if (output().json() && !done.isEmpty()) {
                output().json(Map.of("name", state.value(), "purged", done));
            }
        }
        return ExitCode.OK;
    }

    private List<Purge> asked() {
        List<Purge> asked = new ArrayList<>();
        versions.forEach(
                number -> asked.add(Purge.version(versionNumber(number)).because(reason)));
        quarantined.forEach(id -> asked.add(Purge.quarantined(id).because(reason)));
        if (all) {
            asked.add(Purge.whole().because(reason));
        }
        return asked;
    }

    private void confirm(StateName state) throws IOException {
        Terminal terminal = terminal();
        if (!terminal.interactive()) {
            throw misuse("A purge cannot be undone. Confirm it with --yes.");
        }
        terminal.err()
                .print("A purge cannot be undone: " + what() + " of state '" + state
                        + "'.\nEnter the name of the state to continue: ");
        terminal.err().flush();
        String answer = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8)).readLine();
        if (answer == null || !answer.strip().equals(state.value())) {
            throw new Failure("The name does not match. Nothing was purged.");
        }
    }

    private String what() {
        if (all) {
            return "all that is left";
        }
        return quarantined.isEmpty()
                ? "version "
                        + String.join(
                                ", ", versions.stream().map(String::valueOf).toList())
                : "the quarantined document " + String.join(", ", quarantined);
    }

    private static String text(StateName state, PurgeResult purged) {
        Purge asked = purged.asked();
        if (asked.version() != null) {
            return "version " + asked.version() + " of " + state;
        }
        if (asked.quarantined() != null) {
            return "the quarantined document " + asked.quarantined() + " of " + state;
        }
        return state + " (versions: " + (purged.versions().isEmpty() ? "none" : purged.numbers()) + "; quarantined: "
                + purged.quarantined().size() + ")";
    }

    private static Map<String, Object> json(PurgeResult purged) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("purged", purged.asked().label());
        json.put("changed", purged.changed());
        json.put("versions", purged.versions().stream().map(Output::json).toList());
        json.put("quarantined", purged.quarantined().stream().map(Output::json).toList());
        return json;
    }
}
