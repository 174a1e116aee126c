package io.kolumn.state.cli;

import io.kolumn.state.Labels;
import io.kolumn.state.StateName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code label}: shows the labels of a state, or changes some of them. */
@Command(
        name = "label",
        description = "Show the labels of a state, or change them. The other labels stay.",
        footer = {
            "  kolumn-state label team-a/network/prod",
            "  kolumn-state label team-a/network/prod env=prod cost-center=42 obsolete-"
        })
final class LabelCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(index = "1..*", paramLabel = "CHANGE", description = "KEY=VALUE sets a label, KEY- removes it.")
    private List<String> changes = new ArrayList<>();

    @Override
    boolean reads() {
        return changes.isEmpty();
    }

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        States states = connected.states();
        Labels labels = changes.isEmpty()
                ? states.labels(state).orElseThrow(() -> missing(state))
                : states.label(state, parsed(), who());
        if (output().json()) {
            output().json(Map.of("name", state.value(), "labels", labels.values()));
        } else {
            List<List<String>> rows = new ArrayList<>();
            labels.values().forEach((key, value) -> rows.add(List.of(key, value)));
            output().table(List.of("LABEL", "VALUE"), rows);
        }
        return ExitCode.OK;
    }

    private Map<String, @Nullable String> parsed() {
        Map<String, @Nullable String> parsed = new LinkedHashMap<>();
        for (String change : changes) {
            int sign = change.indexOf('=');
            if (sign < 0 && !change.endsWith("-")) {
                throw misuse("'" + change + "' is neither KEY=VALUE nor KEY-.");
            }
            String key = change.substring(0, sign < 0 ? change.length() - 1 : sign);
            if (parsed.containsKey(key)) {
                throw misuse("Label '" + key + "' is given twice.");
            }
            parsed.put(key, sign < 0 ? null : change.substring(sign + 1));
        }
        return parsed;
    }
}
