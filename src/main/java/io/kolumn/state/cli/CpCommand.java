package io.kolumn.state.cli;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.WriteOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cp}: the same state under another name as well. */
@Command(
        name = "cp",
        description = {
            "Copy a state with its whole history to another name.",
            "The copy describes the same resources and has the same lineage. Read docs/moves.md before you apply it."
        },
        footer = "  kolumn-state cp team-a/network/prod trial/network/prod")
final class CpCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "FROM", description = "The state.")
    private String from;

    @Parameters(index = "1", paramLabel = "TO", description = "Name of the copy.")
    private String to;

    @Nullable
    @Option(names = "--lock", paramLabel = "ID", description = "Id of your lock on TO.")
    private String lock;

    @Override
    int run(Connection connected) {
        WriteOptions options = WriteOptions.by(who()).withLock(lock);
        output().carried("Copied", connected.states().copy(StateName.of(from), StateName.of(to), options));
        return ExitCode.OK;
    }
}
