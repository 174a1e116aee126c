package io.kolumn.state.cli;

import io.kolumn.state.Lock;
import io.kolumn.state.StateName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code renew}: a lease goes on. */
@Command(
        name = "renew",
        description = "Renew the lease of a held lock from now. A lock without a lease gets one.",
        footer = "  kolumn-state renew team-a/network/prod \"$LOCK\" --ttl 10m")
final class RenewCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(index = "1", paramLabel = "ID", description = "Id of the lock.")
    private String id;

    @Option(
            names = "--ttl",
            required = true,
            paramLabel = "DURATION",
            description = "Duration of the lease, 5s to 24h.")
    private Duration ttl;

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        Lock lock = connected.states().renew(state, id, ttl);
        if (output().json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", state.value());
            json.put("lock", Output.json(lock));
            output().json(json);
        } else {
            output().line("Renewed: " + state + " until "
                    + (lock.expires() == null ? "until released" : Output.time(lock.expires())));
        }
        return ExitCode.OK;
    }
}
