package io.kolumn.state.cli;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.VersionedDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code get}: a document, exactly as it was written. */
@Command(
        name = "get",
        description = "Write a document to a file or to standard output, byte for byte.",
        footer = {
            "  kolumn-state get team-a/network/prod > prod.tfstate",
            "  kolumn-state get team-a/network/prod prod.tfstate --version 12"
        })
final class GetCommand extends StateCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The state.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "-",
            description = "Target file. Default: standard output (-).")
    private String file;

    /** One of them. */
    static final class Which {
        @Nullable
        @Option(names = "--version", paramLabel = "N", description = "An older version.")
        private Long version;

        @Nullable
        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "The version that was current at this time, such as 2026-11-23T10:00:00Z.")
        private Instant at;

        @Nullable
        @Option(
                names = "--quarantined",
                paramLabel = "ID",
                description = "A quarantined document (history --quarantined lists them).")
        private String quarantined;
    }

    @Nullable
    @ArgGroup
    private Which which;

    @Override
    boolean reads() {
        return true;
    }

    @Override
    int run(Connection connected) throws IOException {
        StateName state = StateName.of(name);
        StateDocument document = stored(connected.states(), state).document();
        if (file.equals("-")) {
            document.writeTo(terminal().out());
            terminal().out().flush();
        } else {
            try (StagedFile staged = StagedFile.of(Path.of(file))) {
                document.writeTo(staged.out());
                staged.put();
            }
        }
        return ExitCode.OK;
    }

    private VersionedDocument stored(States states, StateName state) {
        if (which == null) {
            return states.get(state).orElseThrow(() -> missing(state));
        }
        if (which.version != null) {
            long number = versionNumber(which.version);
            return states.get(state, number)
                    .orElseThrow(() -> missing(
                            state,
                            "State '" + state + "' has no version " + number
                                    + ". It may have been removed by retention."));
        }
        if (which.at != null) {
            Instant at = which.at;
            return states.at(state, at, terminal().err()::println)
                    .orElseThrow(() -> missing(state, "State '" + state + "' had no document at " + at + "."));
        }
        String id = String.valueOf(which.quarantined);
        return states.getQuarantined(state, id)
                .orElseThrow(() ->
                        missing(state, "There is no quarantined document '" + id + "' of state '" + state + "'."));
    }
}
