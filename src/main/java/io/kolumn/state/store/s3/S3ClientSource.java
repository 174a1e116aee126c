package io.kolumn.state.store.s3;

import io.kolumn.state.config.EarlyConfig;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives Quarkus's own client what {@code kolumn.state.s3.*} says, as the weakest source: whatever is set as
 * {@code quarkus.s3.*} wins.
 */
public final class S3ClientSource implements ConfigSourceFactory {

    private static final String CLIENT = "quarkus.s3.";
    private static final String HTTP = CLIENT + "sync-client.";
    private static final String CREDENTIALS = CLIENT + "aws.credentials.";

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Map<String, String> properties = new HashMap<>();
        properties.put(CLIENT + "aws.region", "us-east-1"); // or the client looks for one, even if nobody wants it
        EarlyConfig.of(context, S3Provider.TYPE, S3Provider.ALIASES, S3Provider.KEYS)
                .ifPresent(config -> fill(properties, config::text));
        return EarlyConfig.source("kolumn.state.s3", properties);
    }

    private static void fill(Map<String, String> properties, Function<String, Optional<String>> config) {
        properties.put(CLIENT + "aws.region", config.apply("region").orElseThrow());
        Optional<String> endpoint = config.apply("endpoint").filter(value -> S3ConfigCheck.endpoint(value) == null);
        endpoint.ifPresent(value -> properties.put(CLIENT + "endpoint-override", value));
        properties.put(
                CLIENT + "path-style-access",
                config.apply("force_path_style").orElse(String.valueOf(endpoint.isPresent())));
        properties.put(CLIENT + "chunked-encoding", "false");
        properties.put(CLIENT + "checksum-validation", "false");
        properties.put(HTTP + "connection-timeout", S3Clients.CONNECT.toString());
        properties.put(HTTP + "socket-timeout", S3Clients.SILENCE.toString());
        properties.put(HTTP + "apache.max-connections", String.valueOf(S3Clients.CONNECTIONS));
        properties.put(HTTP + "apache.expect-continue-enabled", "false");
        credentials(properties, config);
    }

    private static void credentials(Map<String, String> properties, Function<String, Optional<String>> config) {
        if (config.apply("access_key").isPresent() && config.apply("secret_key").isPresent()) {
            properties.put(CREDENTIALS + "type", "static");
            String provider = CREDENTIALS + "static-provider.";
            config.apply("access_key").ifPresent(value -> properties.put(provider + "access-key-id", value));
            config.apply("secret_key").ifPresent(value -> properties.put(provider + "secret-access-key", value));
            config.apply("session_token").ifPresent(value -> properties.put(provider + "session-token", value));
        } else if (config.apply("profile").isPresent()) {
            properties.put(CREDENTIALS + "type", "profile");
            config.apply("profile")
                    .ifPresent(value -> properties.put(CREDENTIALS + "profile-provider.profile-name", value));
        }
    }
}
