package io.kolumn.state.cli;

import picocli.CommandLine.Command;

/** {@code serve}: the service itself. */
@Command(
        name = "serve",
        description = {
            "Serve states over HTTP until stopped. This is the default without a terminal.",
            "Configure it in config/application.properties, in the environment, or with -Dkey=value before" + " -jar."
        },
        footer = "  KOLUMN_STATE_BACKEND=memory kolumn-state serve")
final class ServeCommand implements NeedsApplication, Runnable {

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.SERVICE;
    }

    @Override
    public void run() {
        throw new IllegalStateException("Main starts the service");
    }
}
