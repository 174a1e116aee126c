package io.kolumn.state.cli;

import picocli.CommandLine.Option;

/** {@code -o} of commands that work on no states. */
final class OutputOption {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            order = 99,
            defaultValue = "table",
            description = "table or json.")
    private Output.Format format;

    Output to(Terminal terminal) {
        return new Output(format, terminal);
    }
}
