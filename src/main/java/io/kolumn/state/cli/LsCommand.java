package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ls}: the states in byte order of their names. */
@Command(
        name = "ls",
        aliases = "list",
        description = "List states.",
        footer = {"  kolumn-state ls team-a/", "  kolumn-state ls --server https://state.example.org -o json"})
final class LsCommand extends StateCommand {

    private static final List<String> HEADINGS =
            List.of("NAME", "VERSION>", "SERIAL>", "SIZE>", "CHANGED", "LOCKED BY");

    @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "", description = "Only names with this prefix.")
    private String prefix;

    @Option(names = "--deleted", description = "Include deleted states.")
    private boolean deleted;

    @Option(names = "--locked", description = "Include names that are only locked, and old names of moved states.")
    private boolean locked;

    @Option(
            names = "--label",
            paramLabel = "KEY[=VALUE]",
            description = "Only states with this label; repeat it for several.")
    private List<String> labels = new ArrayList<>();

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        Output output = output();
        if (output.json()) {
            List<Object> all = new ArrayList<>();
            each(connected.states(), head -> all.add(json(head)));
            require(all);
            output.json(Map.of("states", all));
        } else {
            List<StateHead> heads = new ArrayList<>();
            each(connected.states(), heads::add);
            require(heads);
            table(output, heads);
        }
        return ExitCode.OK;
    }

    /** Labels have a column where there are some. */
    private static void table(Output output, List<StateHead> heads) {
        boolean labelled = heads.stream().anyMatch(head -> !labels(head).isEmpty());
        List<String> headings = new ArrayList<>(HEADINGS);
        if (labelled) {
            headings.add("LABELS");
        }
        List<List<String>> rows = new ArrayList<>();
        for (StateHead head : heads) {
            List<String> row = new ArrayList<>(row(head));
            if (labelled) {
                row.add(labels(head).toString());
            }
            rows.add(row);
        }
        output.table(headings, rows);
    }

    private static Labels labels(StateHead head) {
        return head.labels() == null ? Labels.NONE : head.labels();
    }

    private void require(List<?> found) {
        if (found.isEmpty() && !prefix.isEmpty()) {
            String more = deleted && locked ? "" : " (--deleted and --locked list more)";
            throw nothing(prefix, (labels.isEmpty() ? "" : " and these labels") + more);
        }
    }

    private void each(States states, Consumer<StateHead> consumer) {
        ListQuery query = new ListQuery(prefix, null, ListQuery.MAX_LIMIT, deleted, locked, LabelSelector.of(labels));
        HeadPage page;
        do {
            page = states.list(query);
            page.heads().forEach(consumer);
            query = page.more() ? query.behind(page.heads().getLast().name(), ListQuery.MAX_LIMIT) : query;
        } while (page.more());
    }

    private static List<String> row(StateHead head) {
        StateVersion current = head.current();
        Lock lock = head.held();
        String size = head.moved()
                ? "moved"
                : head.tombstone()
                        ? "deleted"
                        : head.created() ? "created" : current == null ? "-" : Output.size(current.size());
        return List.of(
                head.name().value(),
                current == null ? "-" : Long.toString(current.number()),
                current == null ? "-" : Output.shown(current.serial()),
                size,
                Output.time(head.tombstone() || current == null ? head.changed() : current.created()),
                lock == null
                        ? where(head)
                        : lock.info().who().isEmpty() ? lock.id() : lock.info().who());
    }

    private static String where(StateHead head) {
        MovedTo to = head.movedTo();
        return to == null || to.name() == null ? "" : "(moved to " + to.name() + ")";
    }

    private static Map<String, Object> json(StateHead head) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", head.name().value());
        if (head.current() != null) {
            json.put("current", Output.json(head.current()));
        }
        if (head.held() != null) {
            json.put("lock", Output.json(head.held()));
        }
        if (head.movedTo() != null) {
            json.put("moved", Output.json(head.movedTo()));
        }
        if (head.labels() != null) {
            json.put("labels", head.labels().values());
        }
        json.put("deleted", head.tombstone());
        json.put("changed", head.changed().toString());
        return json;
    }
}
