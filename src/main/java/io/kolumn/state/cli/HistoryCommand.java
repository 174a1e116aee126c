package io.kolumn.state.cli;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.QuarantinedDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code history}: the versions of a state, newest first. */
@Command(
        name = "history",
        description = "List the kept versions of a state, newest first, also of a deleted state.",
        footer = "  kolumn-state history team-a/network/prod --limit 20")
final class HistoryCommand extends StateCommand {

    @Parameters(paramLabel = "NAME", description = "The state.")
    private String name;

    @Option(names = "--limit", paramLabel = "N", description = "Maximum number of versions. Default: all.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--quarantined",
            description = "List the quarantined documents instead, and the versions that recovered them. get"
                    + " --quarantined=ID reads one.")
    private boolean quarantined;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        if (limit < 1) {
            throw misuse("--limit=" + limit + " is not a number of versions. Omit it to list all.");
        }
        StateName state = StateName.of(name);
        if (quarantined) {
            List<QuarantinedDocument> quarantined = connected.states().quarantined(state);
            if (quarantined.isEmpty()
                    && connected.states().history(state, Long.MAX_VALUE, 1).isEmpty()) {
                throw missing(state, "There is no state '" + state + "'.");
            }
            writeQuarantined(quarantined);
            return ExitCode.OK;
        }
        List<StateVersion> versions = history(connected.states(), state);
        if (versions.isEmpty()) {
            throw missing(state, "There is no state '" + state + "'.");
        }
        Output output = output();
        if (output.json()) {
            output.json(Map.of("versions", versions.stream().map(Output::json).toList()));
        } else {
            output.table(
                    List.of("VERSION>", "SERIAL>", "SIZE>", "CREATED", "AUTHOR", "OPERATION"),
                    versions.stream().map(HistoryCommand::row).toList());
        }
        return ExitCode.OK;
    }

    /** Of each the version that has its content, if one has it by now. */
    private void writeQuarantined(List<QuarantinedDocument> quarantined) {
        if (output().json()) {
            output().json(Map.of(
                    "versions", quarantined.stream().map(HistoryCommand::json).toList()));
            return;
        }
        output().table(
                        List.of("ID", "SERIAL>", "SIZE>", "CREATED", "AUTHOR", "OPERATION", "RECOVERED"),
                        quarantined.stream()
                                .map(kept -> Stream.concat(
                                                row(kept.record()).stream(),
                                                Stream.of(
                                                        kept.recovered() == null ? "-" : "version " + kept.recovered()))
                                        .toList())
                                .toList());
    }

    private static Map<String, Object> json(QuarantinedDocument kept) {
        Map<String, Object> json = Output.json(kept.record());
        Output.put(json, "recovered", kept.recovered());
        return json;
    }

    private List<StateVersion> history(States states, StateName state) {
        List<StateVersion> all = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (all.size() < limit) {
            int wanted = Math.min(limit - all.size(), ListQuery.MAX_LIMIT);
            List<StateVersion> page = states.history(state, before, wanted);
            all.addAll(page);
            if (page.size() < wanted) {
                break;
            }
            before = page.getLast().number();
        }
        return all;
    }

    private static List<String> row(StateVersion version) {
        return List.of(
                version.number() == 0 ? version.id() : Long.toString(version.number()),
                Output.shown(version.serial()),
                Output.size(version.size()),
                Output.time(version.created()),
                version.author().isEmpty() ? "-" : version.author(),
                version.operation());
    }
}
