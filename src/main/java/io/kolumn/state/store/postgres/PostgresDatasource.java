package io.kolumn.state.store.postgres;

import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.EarlyConfig;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

    /** A connection that was idle for longer is tried before it is used. */
    static final Duration VALIDATED_AFTER = Duration.ofSeconds(30);

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
            properties.put(jdbc + "url", url(config));
        }
        properties.put(jdbc + "max-size", config.apply("max_conns").orElseThrow());
        properties.put(jdbc + "min-size", config.apply("max_idle_conns").orElseThrow());
        properties.put(jdbc + "initial-size", "0");
        properties.put(jdbc + "acquisition-timeout", patience(config).toString());
        properties.put(jdbc + "foreground-validation-interval", VALIDATED_AFTER.toString());
        properties.put(jdbc + "validation-query-timeout", "PT1S");
        driver(config).forEach((name, value) -> properties.put(jdbc + "additional-jdbc-properties." + name, value));
    }

    /** Of the server alone: everything else is a property of the driver, so that it can be set otherwise. */
    static String url(Function<String, Optional<String>> config) {
        return "jdbc:postgresql://" + String.join(",", Hosts.of(config)) + "/"
                + URLEncoder.encode(config.apply("database").orElseThrow(), StandardCharsets.UTF_8);
    }

    static Map<String, String> driver(Function<String, Optional<String>> config) {
        Map<String, String> properties = new HashMap<>(PostgresProvider.DRIVER);
        properties.put("sslmode", config.apply("ssl_mode").orElseThrow());
        int hosts = Hosts.of(config).size();
        long patience = seconds(patience(config));
        properties.put("connectTimeout", String.valueOf(Math.max(1, patience / hosts)));
        // Until the server has greeted; then the store looks after its statements itself.
        properties.put("socketTimeout", String.valueOf(Math.max(1, patience / hosts)));
        if (hosts > 1) {
            properties.put("targetServerType", "primary");
            properties.put("hostRecheckSeconds", "2");
        }
        return properties;
    }

    private static Duration patience(Function<String, Optional<String>> config) {
        return ConfigKey.duration(config.apply("conn_timeout").orElseThrow());
    }

    /** Whole ones, at least one: the driver knows no others, and takes none for any time. */
    private static long seconds(Duration duration) {
        return Math.max(1, duration.toSeconds());
    }
}
