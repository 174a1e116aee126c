package io.kolumn.state.cli;

import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.QuarantinedDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code show}: what is known of one state beside its document. */
@Command(
        name = "show",
        description = "Show a state: its current version, lock, history and quarantine.",
        footer = "  kolumn-state show team-a/network/prod")
final class ShowCommand extends StateCommand {

    @Parameters(paramLabel = "NAME", description = "The state.")
    private String name;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        States states = connected.states();
        Optional<StateVersion> current = states.current(state);
        Optional<Lock> lock = states.lockOf(state);
        List<StateVersion> history = states.history(state, Long.MAX_VALUE, ListQuery.MAX_LIMIT);
        List<QuarantinedDocument> quarantined = states.quarantined(state);
        Labels labels = states.head(state).map(StateHead::labels).orElse(null);
        if (current.isEmpty() && lock.isEmpty() && history.isEmpty() && quarantined.isEmpty() && labels == null) {
            throw missing(state);
        }
        if (output().json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", state.value());
            current.ifPresent(version -> json.put("current", Output.json(version)));
            lock.ifPresent(held -> json.put("lock", Output.json(held)));
            if (labels != null) {
                json.put("labels", labels.values());
            }
            json.put("deleted", current.isEmpty() && !history.isEmpty() && labels == null);
            json.put("kept", history.size());
            json.put("quarantined", quarantined.size());
            json.put("recovered", recovered(quarantined));
            output().json(json);
        } else {
            output().details(details(state, current, lock, history, quarantined, labels));
        }
        return ExitCode.OK;
    }

    private static Map<String, String> details(
            StateName state,
            Optional<StateVersion> current,
            Optional<Lock> lock,
            List<StateVersion> history,
            List<QuarantinedDocument> quarantined,
            @Nullable Labels labels) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("name", state.value());
        current.ifPresentOrElse(
                version -> put(details, version),
                () -> details.put(
                        "version",
                        labels != null ? "created, not yet written" : history.isEmpty() ? "never written" : "deleted"));
        details.put("kept", history.size() == 1 ? "1 version" : history.size() + " versions");
        details.put(
                "quarantined",
                quarantined.size()
                        + (recovered(quarantined) == 0
                                ? ""
                                : " (recovered by a version: " + recovered(quarantined) + ")"));
        if (labels != null && !labels.isEmpty()) {
            details.put("labels", labels.toString());
        }
        lock.ifPresentOrElse(held -> put(details, held), () -> details.put("lock", "none"));
        return details;
    }

    private static long recovered(List<QuarantinedDocument> quarantined) {
        return quarantined.stream().filter(kept -> kept.recovered() != null).count();
    }

    private static void put(Map<String, String> details, StateVersion version) {
        details.put("version", Long.toString(version.number()));
        details.put("serial", Output.shown(version.serial()));
        details.put("lineage", Output.shown(version.lineage()));
        details.put("format", version.format().name().toLowerCase(Locale.ROOT));
        details.put("size", Output.size(version.size()));
        details.put("checksum", version.sha256());
        details.put("created", Output.time(version.created()));
        details.put("author", version.author().isEmpty() ? "-" : version.author());
        details.put("operation", version.operation());
    }

    private static void put(Map<String, String> details, Lock lock) {
        details.put("lock", lock.id());
        details.put("locked by", lock.info().who());
        details.put(
                "locked for",
                lock.info().operation()
                        + (lock.info().info().isEmpty() ? "" : ": ")
                        + lock.info().info());
        details.put("locked since", Output.time(lock.acquired()));
        details.put("locked until", lock.expires() == null ? "until released" : Output.time(lock.expires()));
    }
}
