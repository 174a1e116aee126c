package io.kolumn.state.store.postgres;

import io.kolumn.state.config.ConfigKey;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
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

    private static final String PREFIX = "kolumn.state.";
    private static final String DATASOURCE = "quarkus.datasource.";
    private static final int ORDINAL = 60;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String type = Optional.ofNullable(context.getValue(PREFIX + "backend").getValue())
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .orElse("");
        boolean picked = type.equals(PostgresProvider.TYPE) || PostgresProvider.ALIASES.contains(type);
        Map<String, String> properties = new HashMap<>();
        properties.put(DATASOURCE + "active", String.valueOf(picked));
        if (picked) {
            Map<String, String> given = given(context);
            fill(properties, key -> Optional.ofNullable(given.get(key)));
            properties.replaceAll((name, value) -> value.replace("$", "$$")); // it was expanded already
        }
        return List.of(new PropertiesConfigSource(properties, "kolumn.state.postgres", ORDINAL));
    }

    /** The values that are right by themselves; the others are reported where everything is checked. */
    private static Map<String, String> given(ConfigSourceContext context) {
        Map<String, String> spelled = new HashMap<>();
        for (Iterator<String> names = context.iterateNames(); names.hasNext(); ) {
            String name = names.next();
            spelled.putIfAbsent(name.toLowerCase(Locale.ROOT).replace('-', '_'), name);
        }
        Map<String, String> given = new HashMap<>();
        for (ConfigKey key : PostgresProvider.KEYS) {
            String canonical = PREFIX + "postgres." + key.name();
            List<String> spellings =
                    List.of(PREFIX + "postgres." + key.dashed(), canonical, spelled.getOrDefault(canonical, canonical));
            String value = spellings.stream()
                    .map(spelling -> value(context, spelling))
                    .filter(text -> !text.isBlank() && key.accepts(text.strip()))
                    .findFirst()
                    .map(String::strip)
                    .orElse(key.defaultValue());
            if (value != null) {
                given.put(key.name(), value);
            }
        }
        return given;
    }

    private static String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null ? "" : value.getValue();
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
        properties.put(
                jdbc + "acquisition-timeout",
                ConfigKey.duration(config.apply("conn_timeout").orElseThrow()).toString());
        properties.put(jdbc + "foreground-validation-interval", VALIDATED_AFTER.toString());
        driver(config).forEach((name, value) -> properties.put(jdbc + "additional-jdbc-properties." + name, value));
    }

    /** Of the server alone: everything else is a property of the driver, so that it can be set otherwise. */
    static String url(Function<String, Optional<String>> config) {
        String host = config.apply("host").orElseThrow();
        String bare = host.startsWith("[") || !host.contains(":") ? host : "[" + host + "]";
        return "jdbc:postgresql://" + bare + ":" + config.apply("port").orElseThrow() + "/"
                + URLEncoder.encode(config.apply("database").orElseThrow(), StandardCharsets.UTF_8);
    }

    static Map<String, String> driver(Function<String, Optional<String>> config) {
        Map<String, String> properties = new HashMap<>(PostgresProvider.DRIVER);
        Duration patience = ConfigKey.duration(config.apply("conn_timeout").orElseThrow());
        properties.put("sslmode", config.apply("ssl_mode").orElseThrow());
        properties.put("connectTimeout", String.valueOf(Math.max(1, patience.toSeconds())));
        properties.put("loginTimeout", String.valueOf(Math.max(1, patience.toSeconds())));
        return properties;
    }
}
