package io.kolumn.state.dev;

import io.quarkus.runtime.LaunchMode;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A database for {@code ./mvnw quarkus:dev -Dkolumn.state.backend=postgres} where none is configured: a real server of the
 * binaries on the class path, which ends with the JVM. In no package; the profile {@code dev-postgres} of the POM has it.
 */
public final class ThrowAwayPostgres implements SmallRyeConfigBuilderCustomizer {

    /** Above the defaults of the service, below everything that a person sets. */
    private static final int ORDINAL = 70;

    /** Survives the reloads of this class. */
    private static final String PORT = "kolumn.dev.postgres.port";

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT && !configured()) {
            String prefix = "kolumn.state.postgres.";
            builder.withSources(new PropertiesConfigSource(
                    Map.of(
                            prefix + "host", "127.0.0.1",
                            prefix + "port", port(),
                            prefix + "database", "postgres",
                            prefix + "username", "postgres"),
                    "throw-away PostgreSQL",
                    ORDINAL));
        }
    }

    private static boolean configured() {
        return System.getProperty("kolumn.state.postgres.database") != null
                || System.getenv("KOLUMN_STATE_POSTGRES_DATABASE") != null;
    }

    private static synchronized String port() {
        String port = System.getProperty(PORT);
        if (port == null) {
            try {
                port = String.valueOf(EmbeddedPostgres.builder()
                        .setServerConfig("synchronous_commit", "on")
                        .start()
                        .getPort());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            System.setProperty(PORT, port);
        }
        return port;
    }
}
