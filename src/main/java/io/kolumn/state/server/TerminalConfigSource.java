package io.kolumn.state.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** Logs of the prod profile are JSON, but not where a person reads them in a terminal. Anything set wins over it. */
public final class TerminalConfigSource implements ConfigSource {

    private static final String JSON_LOG = "%prod.quarkus.log.console.json.enabled";

    @Override
    public Set<String> getPropertyNames() {
        return Set.of(JSON_LOG);
    }

    @Override
    public @Nullable String getValue(String name) {
        return name.equals(JSON_LOG) ? String.valueOf(!writesToATerminal()) : null;
    }

    /**
     * There is a console only if both input and output are a terminal. Linux says so of the output alone, too: whatever started
     * this process (a build, a script) may have kept the input.
     */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean writesToATerminal() {
        if (System.console() != null) {
            return true;
        }
        try {
            String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public String getName() {
        return "terminal";
    }

    @Override
    public int getOrdinal() {
        return 50;
    }
}
