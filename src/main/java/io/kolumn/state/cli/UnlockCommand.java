package io.kolumn.state.cli;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateName;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code unlock}: releases the lock of a state. */
@Command(
        name = "unlock",
        description = "Release the lock of a state by its id, or break it. Succeeds if the state is not locked.",
        footer = {
            "  kolumn-state unlock team-a/network/prod \"$LOCK\"",
            "  kolumn-state unlock team-a/network/prod --force"
        })
final class UnlockCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Nullable
    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "Id of the lock.")
    private String id;

    @Option(names = "--force", description = "Break the lock of any holder.")
    private boolean force;

    @Override
    int run(Connection connected) {
        if ((id == null) != force) {
            throw misuse("Give the id of the lock, or --force to break it.");
        }
        StateName state = StateName.of(name);
        States states = connected.states();
        boolean released = id == null ? states.forceUnlock(state, who()) : states.unlock(state, id);
        if (!released && !known(states, state)) {
            throw missing(state, "There is no state '" + state + "' and no such lock.");
        }
        if (output().json()) {
            output().json(Map.of("name", state.value(), "released", released));
        } else {
            output().line((released ? "Unlocked: " : "Not locked: ") + state);
        }
        return ExitCode.OK;
    }

    /** Also if the caller may not know. */
    private static boolean known(States states, StateName state) {
        try {
            return states.current(state).isPresent()
                    || !states.history(state, Long.MAX_VALUE, 1).isEmpty();
        } catch (Forbidden e) {
            return true;
        }
    }
}
