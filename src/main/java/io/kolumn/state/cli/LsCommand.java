package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
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

    @Parameters(paramLabel = "PREFIX", arity = "0..1", defaultValue = "", description = "Only names with this prefix.")
    private String prefix;

    @Option(names = "--deleted", description = "Include deleted states.")
    private boolean deleted;

    @Option(names = "--locked", description = "Include names that are only locked, and old names of moved states.")
    private boolean locked;

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
            List<List<String>> rows = new ArrayList<>();
            each(connected.states(), head -> rows.add(row(head)));
            require(rows);
            output.table(List.of("NAME", "VERSION>", "SERIAL>", "SIZE>", "CHANGED", "LOCKED BY"), rows);
        }
        return ExitCode.OK;
    }

    private void require(List<?> found) {
        if (found.isEmpty() && !prefix.isEmpty()) {
            throw nothing(prefix, deleted && locked ? "" : " (--deleted and --locked list more)");
        }
    }

    private void each(States states, Consumer<StateHead> consumer) {
        ListQuery query = new ListQuery(prefix, null, ListQuery.MAX_LIMIT, deleted, locked);
        HeadPage page;
        do {
            page = states.list(query);
            page.heads().forEach(consumer);
            query = page.more()
                    ? new ListQuery(prefix, page.heads().getLast().name(), ListQuery.MAX_LIMIT, deleted, locked)
                    : query;
        } while (page.more());
    }

    private static List<String> row(StateHead head) {
        StateVersion current = head.current();
        Lock lock = head.held();
        String size = head.moved()
                ? "moved"
                : head.tombstone() ? "deleted" : current == null ? "-" : Output.size(current.size());
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
        json.put("deleted", head.tombstone());
        json.put("changed", head.changed().toString());
        return json;
    }
}
