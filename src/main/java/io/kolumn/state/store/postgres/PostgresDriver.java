package io.kolumn.state.store.postgres;

import io.kolumn.state.config.ConfigKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the JDBC driver is told, whosever pool its connections are in. */
final class PostgresDriver {

    /** A connection that was idle for longer is tried before it is used. */
    static final Duration VALIDATED_AFTER = Duration.ofSeconds(30);

    /**
     * What the driver is told beside the keys. Statements without names work through a pooler that gives each transaction
     * another session; the details of the server's errors, which quote values, stay out of exceptions.
     */
    private static final Map<String, String> ALWAYS = Map.of(
            "prepareThreshold",
            "0",
            "tcpKeepAlive",
            "true",
            "ApplicationName",
            "kolumn-state",
            "logServerErrorDetail",
            "false");

    private PostgresDriver() {}

    /** Of the server alone: everything else is a property of the driver, so that it can be set otherwise. */
    static String url(Function<String, Optional<String>> config) {
        return "jdbc:postgresql://" + String.join(",", Hosts.of(config)) + "/"
                + URLEncoder.encode(config.apply("database").orElseThrow(), StandardCharsets.UTF_8);
    }

    static Map<String, String> properties(Function<String, Optional<String>> config) {
        Map<String, String> properties = new HashMap<>(ALWAYS);
        properties.put("sslmode", config.apply("ssl_mode").orElseThrow());
        int hosts = Hosts.of(config).size();
        long connectTimeout = seconds(connectTimeout(config));
        properties.put("connectTimeout", String.valueOf(Math.max(1, connectTimeout / hosts)));
        // Until the server has greeted; then the store looks after its statements itself.
        properties.put("socketTimeout", String.valueOf(Math.max(1, connectTimeout / hosts)));
        if (hosts > 1) {
            properties.put("targetServerType", "primary");
            properties.put("hostRecheckSeconds", "2");
        }
        return properties;
    }

    static Duration connectTimeout(Function<String, Optional<String>> config) {
        return ConfigKey.duration(config.apply("conn_timeout").orElseThrow());
    }

    /** Whole ones, at least one: the driver knows no others, and takes none for any time. */
    private static long seconds(Duration duration) {
        return Math.max(1, duration.toSeconds());
    }
}
