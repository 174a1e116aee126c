package io.kolumn.state.cli;

import io.kolumn.state.inventory.InventoryStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code stats}: how many states and resources there are of what. */
@Command(
        name = "stats",
        description = "Count states and resources by type, provider, Terraform version, size and age.",
        footer = {"  kolumn-state stats", "  kolumn-state stats team-a/ -o json"})
final class StatsCommand extends StateCommand {

    /** Of each kind, for people; JSON has all. */
    private static final int MAX_ROWS = 10;

    @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "", description = "Only states with this prefix.")
    private String prefix;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        InventoryStats stats = connected.states().stats(prefix);
        if (output().json()) {
            output().json(json(stats));
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("states", "", Long.toString(stats.states())));
            rows.add(List.of("resources", "", Long.toString(stats.resources())));
            rows.add(List.of("size", "", Output.size(stats.bytes())));
            add(rows, "not indexed", stats.notIndexed());
            add(rows, "terraform", stats.terraformVersions());
            add(rows, "provider", stats.providers());
            add(rows, "type", stats.types());
            add(rows, "document", stats.sizes());
            add(rows, "age", stats.ages());
            output().table(List.of("WHAT", "WHICH", "COUNT>"), rows);
        }
        FindCommand.warn(terminal(), stats.lag());
        return ExitCode.OK;
    }

    private static void add(List<List<String>> rows, String what, Map<String, Long> counts) {
        counts.entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .limit(MAX_ROWS)
                .forEach(count -> rows.add(List.of(
                        what,
                        count.getKey().isEmpty() ? "(unknown)" : count.getKey(),
                        count.getValue().toString())));
    }

    private static Map<String, Object> json(InventoryStats stats) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("states", stats.states());
        json.put("resources", stats.resources());
        json.put("bytes", stats.bytes());
        json.put("notIndexed", stats.notIndexed());
        json.put("types", stats.types());
        json.put("providers", stats.providers());
        json.put("terraformVersions", stats.terraformVersions());
        json.put("sizes", stats.sizes());
        json.put("ages", stats.ages());
        json.put("index", FindCommand.json(stats.lag()));
        return json;
    }
}
