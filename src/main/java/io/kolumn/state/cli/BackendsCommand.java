package io.kolumn.state.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code backends}: the types of storage and their keys. */
@Command(
        name = "backends",
        description = "List the types of storage, or the keys of one.",
        footer = {"  kolumn-state backends", "  kolumn-state backends postgres"})
final class BackendsCommand extends StateCommand {

    @Nullable
    @Parameters(paramLabel = "TYPE", arity = "0..1", description = "Show the keys of this type.")
    private String type;

    @Override
    int run(Connection connected) {
        List<Connection.Type> types = connected.types();
        if (output().json()) {
            List<Connection.Type> shown = type == null ? types : List.of(named(types, type));
            output().json(Map.of(
                    "backends", shown.stream().map(BackendsCommand::json).toList()));
        } else if (type == null) {
            output().table(
                            List.of("TYPE", "ALSO", "WHAT IT IS"),
                            types.stream()
                                    .map(each -> List.of(
                                            each.type(), String.join(", ", new TreeSet<>(each.aliases())), each.text()))
                                    .toList());
        } else {
            output().table(
                            List.of("KEY", "VALUE", "DEFAULT", "WHAT IT IS FOR"),
                            named(types, type).keys().stream()
                                    .map(BackendsCommand::row)
                                    .toList());
        }
        return ExitCode.OK;
    }

    private static Connection.Type named(List<Connection.Type> types, String name) {
        return types.stream()
                .filter(each -> each.type().equalsIgnoreCase(name.strip())
                        || each.aliases().stream().anyMatch(name.strip()::equalsIgnoreCase))
                .findFirst()
                .orElseThrow(() -> new Failure("There is no type '" + name + "'; there are "
                        + String.join(
                                ", ", types.stream().map(Connection.Type::type).toList()) + "."));
    }

    private static List<String> row(Connection.Key key) {
        return List.of(
                key.name(),
                key.kind() + (key.secret() ? ", secret" : ""),
                key.required() ? "required" : key.defaultValue() == null ? "" : key.defaultValue(),
                key.text());
    }

    private static Map<String, Object> json(Connection.Type type) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", type.type());
        json.put("aliases", new TreeSet<>(type.aliases()));
        json.put("text", type.text());
        List<Object> keys = new ArrayList<>();
        for (Connection.Key key : type.keys()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", key.name());
            one.put("type", key.kind());
            Output.put(one, "defaultValue", key.defaultValue());
            one.put("required", key.required());
            one.put("secret", key.secret());
            one.put("text", key.text());
            keys.add(one);
        }
        json.put("keys", keys);
        return json;
    }
}
