package io.kolumn.state.config;

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

    /** There is a console only if both input and output are a terminal. */
    @Override
    @SuppressWarnings("SystemConsoleNull")
    public @Nullable String getValue(String name) {
        return name.equals(JSON_LOG) ? String.valueOf(System.console() == null) : null;
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
