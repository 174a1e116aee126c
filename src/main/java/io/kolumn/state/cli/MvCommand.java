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
            "Give a state another name, with its whole history. Run again after a failure, it ends what was begun.",
            "The old address says where the state is, and refuses everything, for as long as kolumn.state.moved.keep says"
                    + " (docs/moves.md)."
        },
        footer = {
            "  kolumn-state mv team-a/network/prod team-b/network/prod",
            "  kolumn-state mv --end team-a/network/prod"
        })
final class MvCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "FROM", description = "The name it has.")
    private String from;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "TO", description = "The name it shall have.")
    private String to;

    @Nullable
    @Option(
            names = "--lock",
            paramLabel = "ID",
            description = "The id of the lock that you hold; it ends with the move.")
    private String lock;

    @Option(
            names = "--end",
            description = "Instead let FROM no longer say where its state went: the name is free then.")
    private boolean end;

    @Override
    int run(Connection connected) {
        if (end == (to != null)) {
            throw misuse("Give the name it has and the one it shall have, or --end with the name it had.");
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
            throw new NotFound(name, "No state was moved away from '" + name + "', or that is told no longer.");
        }
        if (output().json()) {
            output().json(Map.of("name", name.value(), "ended", true));
        } else {
            output().line("Free: " + name);
        }
        return ExitCode.OK;
    }
}
