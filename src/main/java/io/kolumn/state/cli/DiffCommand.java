package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.diff.StateDiff;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff}: how two versions differ. */
@Command(
        name = "diff",
        description = {
            "Compare two versions by resource, attribute and output. Ends with 7 if they differ.",
            "Values that are marked as sensitive, or have the name of a secret, are not shown."
        },
        footer = {
            "  kolumn-state diff team-a/network/prod 11 12",
            "  kolumn-state diff team-a/network/prod 12 --other team-a/network/test"
        })
final class DiffCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(index = "1", paramLabel = "FROM", description = "Number of the earlier version.")
    private long from;

    @Nullable
    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "TO",
            description = "Number of the later version. Default: the current one.")
    private Long to;

    @Nullable
    @Option(names = "--other", paramLabel = "NAME", description = "State of TO, if it is another one.")
    private String other;

    @Option(names = "--show-sensitive", description = "Show sensitive values too.")
    private boolean showSensitive;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        StateName otherState = other == null ? state : StateName.of(other);
        States states = connected.states();
        long after = to != null
                ? versionNumber(to)
                : states.current(otherState).map(StateVersion::number).orElseThrow(() -> missing(otherState));
        StateDiff diff = states.diff(state, versionNumber(from), otherState, after, showSensitive);
        if (output().json()) {
            output().json(json(diff, state, otherState, after));
        } else {
            print(diff, state, otherState, after);
        }
        return diff.same() ? ExitCode.OK : ExitCode.DIFFERENT;
    }

    private void print(StateDiff diff, StateName state, StateName otherState, long after) {
        PrintWriter out = terminal().text();
        out.println("--- " + side(state, from, diff.from()));
        out.println("+++ " + side(otherState, after, diff.to()));
        diff.resources().forEach(change -> print(out, change, ""));
        diff.outputs().forEach(change -> print(out, change, "output "));
        out.println(diff.added() + " added, " + diff.removed() + " removed, " + diff.changed() + " changed"
                + (diff.complete() ? "" : "; not all of them are listed"));
        out.flush();
    }

    private static String side(StateName state, long version, StateDiff.Side side) {
        return state + " version " + version + " (serial " + Output.shown(side.serial()) + ")";
    }

    private static void print(PrintWriter out, StateDiff.Change change, String what) {
        String sign = switch (change.kind()) {
            case ADDED -> "+ ";
            case REMOVED -> "- ";
            case CHANGED -> "~ ";
        };
        out.println(sign + what + Output.harmless(change.address()));
        for (StateDiff.Attribute attribute : change.attributes()) {
            String path = attribute.path().isEmpty() ? "" : attribute.path() + ": ";
            out.println("    " + Output.harmless(path + values(attribute)));
        }
        if (!change.otherChanges().isEmpty()) {
            out.println("    also " + Output.harmless(String.join(", ", change.otherChanges())));
        }
    }

    private static String values(StateDiff.Attribute attribute) {
        if (attribute.sensitive()
                && attribute.before() == null
                && attribute.after() == null
                && !attribute.truncated()) {
            return "(sensitive)";
        }
        if (attribute.truncated()) {
            return "(too long to show)";
        }
        return (attribute.before() == null ? "(none)" : attribute.before()) + " -> "
                + (attribute.after() == null ? "(none)" : attribute.after());
    }

    private Map<String, Object> json(StateDiff diff, StateName state, StateName otherState, long after) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("from", json(state, from, diff.from()));
        json.put("to", json(otherState, after, diff.to()));
        json.put("added", diff.added());
        json.put("removed", diff.removed());
        json.put("changed", diff.changed());
        json.put("complete", diff.complete());
        json.put("resources", diff.resources().stream().map(DiffCommand::json).toList());
        json.put("outputs", diff.outputs().stream().map(DiffCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(StateName state, long version, StateDiff.Side side) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", state.value());
        json.put("version", version);
        json.put("format", side.format().name().toLowerCase(Locale.ROOT));
        Output.put(json, "serial", side.serial());
        Output.put(json, "lineage", side.lineage());
        Output.put(json, "terraformVersion", side.terraformVersion());
        return json;
    }

    private static Map<String, Object> json(StateDiff.Change change) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("address", change.address());
        json.put("change", change.kind().name().toLowerCase(Locale.ROOT));
        List<Object> attributes = new ArrayList<>();
        for (StateDiff.Attribute attribute : change.attributes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("path", attribute.path());
            Output.put(one, "before", Output.raw(attribute.before()));
            Output.put(one, "after", Output.raw(attribute.after()));
            one.put("sensitive", attribute.sensitive());
            one.put("truncated", attribute.truncated());
            attributes.add(one);
        }
        if (!attributes.isEmpty()) {
            json.put("attributes", attributes);
        }
        if (!change.otherChanges().isEmpty()) {
            json.put("otherChanges", change.otherChanges());
        }
        return json;
    }
}
