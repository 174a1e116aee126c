package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.http.QueryParameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code locks}: who holds what, the states in byte order of their names. */
@Command(
        name = "locks",
        description = "List the locks that are held.",
        footer = {"  kolumn-state locks --older-than 1h", "  kolumn-state locks team-a/ -o json"})
final class LocksCommand extends StateCommand {

    @picocli.CommandLine.Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            defaultValue = "",
            description = "Only states with this prefix.")
    private String prefix;

    @Nullable
    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            description = "Only locks older than this, such as 30m, 1h or PT1H.")
    private String olderThan;

    @Override
    int run(Connection connected) {
        Duration age = QueryParameters.duration("--older-than", olderThan);
        List<StateHead> locked = all(connected.states(), age == null ? Duration.ZERO : age);
        Instant now = Clock.systemUTC().instant();
        List<Map<String, Object>> json = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (StateHead head : locked) {
            Lock lock = head.lock();
            if (lock != null) {
                json.add(json(head.name(), lock, now));
                rows.add(row(head.name(), lock, now));
            }
        }
        if (output().json()) {
            output().json(Map.of("locks", json));
        } else {
            output().table(List.of("STATE", "HELD BY", "OPERATION", "FOR>", "LEASE UNTIL", "ID"), rows);
        }
        return ExitCode.OK;
    }

    private List<StateHead> all(States states, Duration age) {
        List<StateHead> all = new ArrayList<>();
        StateName after = null;
        HeadPage page;
        do {
            page = states.locks(new LockQuery(prefix, after, ListQuery.MAX_LIMIT, age));
            all.addAll(page.heads());
            after = page.more() ? page.heads().getLast().name() : null;
        } while (after != null);
        return all;
    }

    private static List<String> row(StateName state, Lock lock, Instant now) {
        String who = lock.info().who().isEmpty() ? "-" : lock.info().who();
        String ended = lock.expired(now, Duration.ZERO) ? " (ended)" : "";
        return List.of(
                state.value(),
                lock.owner().isEmpty() ? who : who + " (" + lock.owner() + ")",
                lock.info().operation().isEmpty() ? "-" : lock.info().operation(),
                brief(lock.age(now)),
                lock.expires() == null ? "-" : Output.time(lock.expires()) + ended,
                lock.id());
    }

    /** As {@code 3d4h}, {@code 2h5m}, {@code 12m} or {@code 40s}. */
    static String brief(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + "d" + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h" + age.toMinutesPart() + "m";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m" : age.toSeconds() + "s";
    }

    private static Map<String, Object> json(StateName state, Lock lock, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", state.value());
        json.put("heldSeconds", lock.age(now).toSeconds());
        json.put("leaseEnded", lock.expired(now, Duration.ZERO));
        json.put("lock", Output.json(lock));
        return json;
    }
}
