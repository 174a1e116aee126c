package io.kolumn.state.store.postgres;

import io.kolumn.state.config.EarlyConfig;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives Quarkus's own pool what {@code kolumn.state.postgres.*} says, as the weakest source: whatever is set as
 * {@code quarkus.datasource.*} wins. The pool is switched on only if the type is served.
 */
public final class PostgresDatasource implements ConfigSourceFactory {

    private static final String DATASOURCE = "quarkus.datasource.";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Optional<EarlyConfig> picked =
                EarlyConfig.of(context, PostgresProvider.TYPE, PostgresProvider.ALIASES, PostgresProvider.KEYS);
        Map<String, String> properties = new HashMap<>();
        properties.put(DATASOURCE + "active", String.valueOf(picked.isPresent()));
        picked.ifPresent(config -> fill(properties, config::text));
        return EarlyConfig.source("kolumn.state.postgres", properties);
    }

    private static void fill(Map<String, String> properties, Function<String, Optional<String>> config) {
        config.apply("username").ifPresent(value -> properties.put(DATASOURCE + "username", value));
        config.apply("password").ifPresent(value -> properties.put(DATASOURCE + "password", value));
        String jdbc = DATASOURCE + "jdbc.";
        if (config.apply("database").isPresent()) {
            properties.put(jdbc + "url", PostgresDriver.url(config));
        }
        properties.put(jdbc + "max-size", config.apply("max_conns").orElseThrow());
        properties.put(jdbc + "min-size", config.apply("max_idle_conns").orElseThrow());
        properties.put(jdbc + "initial-size", "0");
        properties.put(
                jdbc + "acquisition-timeout",
                PostgresDriver.connectTimeout(config).toString());
        properties.put(jdbc + "foreground-validation-interval", PostgresDriver.VALIDATED_AFTER.toString());
        properties.put(jdbc + "validation-query-timeout", "PT1S");
        PostgresDriver.properties(config)
                .forEach((name, value) -> properties.put(jdbc + "additional-jdbc-properties." + name, value));
    }
}
