package io.kolumn.state.cli;

import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.WriteOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mv}: another name for a state with its history. */
@Command(
        name = "mv",
        description = {
            "Rename a state with its whole history. Run it again after a failure to complete it.",
            "The old address answers with the new name for kolumn.state.moved.keep (docs/moves.md)."
        },
        footer = {
            "  kolumn-state mv team-a/network/prod team-b/network/prod",
            "  kolumn-state mv --end team-a/network/prod"
        })
final class MvCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "FROM", description = "Current name.")
    private String from;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "TO", description = "New name.")
    private String to;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock. The move releases it.")
    private String lock;

    @Option(names = "--end", description = "Free the old name FROM instead.")
    private boolean end;

    @Override
    int run(Connection connected) {
        if (end == (to != null)) {
            throw misuse("Give the current and the new name, or --end with the old name.");
        }
        StateName name = StateName.of(from);
        if (to == null) {
            return end(connected.states(), name);
        }
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        output().carried("Moved", connected.states().move(name, StateName.of(to), options));
        return ExitCode.OK;
    }

    private int end(States states, StateName name) {
        if (!states.endMove(name)) {
            throw new NotFound(name, "No state was moved from '" + name + "', or its old name is already free.");
        }
        if (output().json()) {
            output().json(Map.of("name", name.value(), "ended", true));
        } else {
            output().line("Free: " + name);
        }
        return ExitCode.OK;
    }
}
