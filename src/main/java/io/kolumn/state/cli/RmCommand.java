package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.WriteOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rm}: deletes the current document; the history stays. */
@Command(
        name = "rm",
        description = "Delete a state. Its history stays, and every version can be restored.",
        footer = "  kolumn-state rm team-a/old")
final class RmCommand extends StateCommand {

    @Parameters(paramLabel = "NAME", description = "The state.")
    private String name;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock.")
    private String lock;

    @Nullable
    @Option(names = "--if-version", paramLabel = "N", description = "Only if this version is current.")
    private Long version;

    @Override
    int run(Connection connected) {
        StateName state = StateName.of(name);
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        if (version != null) {
            options = options.when(Precondition.is(versionNumber(version)));
        }
        if (!connected.states().delete(state, options)) {
            throw missing(state);
        }
        if (output().json()) {
            output().json(Map.of("name", state.value(), "deleted", true));
        } else {
            output().line("Deleted: " + state);
        }
        return ExitCode.OK;
    }
}
