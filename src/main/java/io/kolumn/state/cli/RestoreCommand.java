package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.WriteOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code restore}: an older version again as a new one. */
@Command(
        name = "restore",
        description = {
            "Write an older version or a quarantined document as a new version, also of a deleted state.",
            "Its serial is raised above all earlier ones, so that clients accept it."
        },
        footer = {
            "  kolumn-state restore team-a/network/prod 12",
            "  kolumn-state restore team-a/network/prod --quarantined 5f1c0e"
        })
final class RestoreCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "Number of the version.")
    private Long version;

    @Nullable
    @Option(
            names = "--quarantined",
            paramLabel = "ID",
            description = "Restore a quarantined document instead (see history --quarantined).")
    private String quarantined;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock.")
    private String lock;

    @Override
    int run(Connection connected) {
        if ((version == null) == (quarantined == null)) {
            throw misuse("Give the number of a version, or --quarantined with an id.");
        }
        StateName state = StateName.of(name);
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        States states = connected.states();
        RestoreResult restored = version == null
                ? states.restoreQuarantined(state, String.valueOf(quarantined), options)
                : states.restore(state, versionNumber(version), options);
        write(state, restored);
        return ExitCode.OK;
    }

    private void write(StateName state, RestoreResult restored) {
        if (output().json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", state.value());
            json.put("changed", restored.changed());
            json.put("current", Output.json(restored.version()));
            output().json(json);
        } else {
            output().line((restored.changed() ? "Restored: " : "Unchanged: ") + state + " is version "
                    + restored.version().number() + ", serial "
                    + Output.shown(restored.version().serial()));
        }
    }
}
