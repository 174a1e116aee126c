package io.kolumn.state.cli;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lock}: takes the lock of a state. */
@Command(
        name = "lock",
        description = {
            "Take the lock of a state and print its id, for put, rm, restore and unlock.",
            "The state need not exist. Repeating it with the same id succeeds.",
            "A service requires the permission to write, unless --operation is plan."
        },
        footer = {"  LOCK=$(kolumn-state lock team-a/network/prod --ttl 10m --wait 30s --reason 'move the subnet')"})
final class LockCommand extends StateCommand {

    @Parameters(paramLabel = "NAME", description = "The state.")
    private String name;

    @Nullable
    @Option(names = "--id", paramLabel = "ID", description = "Id of the lock. Default: a random id.")
    private String id;

    @Nullable
    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = "Duration of the lease, 5s to 24h. Default: until the lock is released.")
    private Duration ttl;

    @Option(names = "--wait", paramLabel = "DURATION", description = "Wait for the lock, up to 5m.")
    private Duration maxWait = Duration.ZERO;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Reason, shown to others while the state is locked.")
    private String reason = "";

    @Nullable
    @Option(names = "--who", paramLabel = "NAME", description = "Holder of the lock. Default: user@host.")
    private String who;

    @Option(
            names = "--operation",
            paramLabel = "TEXT",
            description = "Operation under the lock (lock). plan only reads, and requires no permission to write.")
    private String operation = "lock";

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        String lockId = id == null ? UUID.randomUUID().toString() : id;
        LockInfo info = new LockInfo(lockId, operation, reason, who == null ? who() : who, "", null, "", null);
        Lock lock;
        try {
            lock = connected.states().lock(state, info, ttl, maxWait).lock();
        } catch (Unavailable e) {
            terminal().err().println("If the lock was taken anyway, its id is " + lockId + ".");
            throw e;
        }
        if (output().json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", state.value());
            json.put("lock", Output.json(lock));
            output().json(json);
        } else {
            output().line(lock.id());
        }
        return ExitCode.OK;
    }
}
