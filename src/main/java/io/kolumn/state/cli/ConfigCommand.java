package io.kolumn.state.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** {@code config}: the configuration that counts, checked. */
@Command(
        name = "config",
        description = {
            "Check the configuration and show every key with its value. Secrets are redacted.",
            "With --backend, the configuration of that storage; with --server, of the storage of the service."
        },
        footer = {
            "  kolumn-state config",
            "  kolumn-state config --backend postgres --set database=states --set username=ada"
        })
final class ConfigCommand extends StateCommand {

    @Override
    int run(Connection connected) {
        var configuration = connected.configuration();
        if (output().json()) {
            output().json(configuration);
        } else {
            output().table(
                            List.of("KEY", "VALUE"),
                            configuration.entrySet().stream()
                                    .map(entry -> List.of(entry.getKey(), entry.getValue()))
                                    .toList());
        }
        return ExitCode.OK;
    }
}
