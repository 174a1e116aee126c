package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Quarkus's own client is told of the keys. */
class S3ClientSourceTest {

    private static final String PREFIX = "kolumn.state.s3.";
    private static final String CREDENTIALS = "aws.credentials.";

    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new S3ClientSource())
                .withSources(new PropertiesConfigSource(properties, "file", 250), new EnvConfigSource(environment, 300))
                .build();
    }

    private static Map<String, String> picked() {
        Map<String, String> properties = new HashMap<>();
        properties.put("kolumn.state.backend", "s3");
        properties.put(PREFIX + "bucket", "states");
        return properties;
    }

    private static String told(SmallRyeConfig config, String name) {
        return config.getOptionalValue("quarkus.s3." + name, String.class).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "memory", "postgres", "my-own"})
    void whereAnotherTypeIsServedTheClientKnowsARegionAndNothingElse(String type) {
        Map<String, String> properties = picked();
        properties.put("kolumn.state.backend", type);
        properties.put(PREFIX + "endpoint", "https://s3.example.org");
        properties.put(PREFIX + "access-key", "AK");
        properties.put(PREFIX + "secret-key", "SK");
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "aws.region")).isEqualTo("us-east-1");
        assertThat(told(config, "endpoint-override")).isEmpty();
        assertThat(told(config, CREDENTIALS + "type")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "AWS", " amazon "})
    void theKeysBecomeTheClient(String type) {
        Map<String, String> properties = picked();
        properties.put("kolumn.state.backend", type);
        properties.put(PREFIX + "region", "eu-west-3");
        properties.put(PREFIX + "endpoint", "https://s3.example.org");
        properties.put(PREFIX + "access_key", "AK");
        properties.put(PREFIX + "secret-key", "SK");
        SmallRyeConfig config = config(properties, Map.of("KOLUMN_STATE_S3_SESSION_TOKEN", "ST"));

        assertThat(told(config, "aws.region")).isEqualTo("eu-west-3");
        assertThat(told(config, "endpoint-override")).isEqualTo("https://s3.example.org");
        assertThat(told(config, "path-style-access")).isEqualTo("true");
        assertThat(told(config, CREDENTIALS + "type")).isEqualTo("static");
        assertThat(told(config, CREDENTIALS + "static-provider.access-key-id")).isEqualTo("AK");
        assertThat(told(config, CREDENTIALS + "static-provider.secret-access-key"))
                .isEqualTo("SK");
        assertThat(told(config, CREDENTIALS + "static-provider.session-token")).isEqualTo("ST");
    }

    @Test
    void withoutKeysTheCredentialsAreThoseOfTheChain() {
        SmallRyeConfig config = config(picked(), Map.of());

        assertThat(told(config, CREDENTIALS + "type")).isEmpty();
        assertThat(told(config, "endpoint-override")).isEmpty();
        assertThat(told(config, "path-style-access")).isEqualTo("false");
    }

    @Test
    void aProfileIsAsked() {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "profile", "team");
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, CREDENTIALS + "type")).isEqualTo("profile");
        assertThat(told(config, CREDENTIALS + "profile-provider.profile-name")).isEqualTo("team");
    }

    @Test
    void whatIsSaidAsQuarkusSaysItWins() {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "endpoint", "https://s3.example.org");
        properties.put("quarkus.s3.sync-client.socket-timeout", "7S");
        SmallRyeConfig config = config(properties, Map.of("QUARKUS_S3_ENDPOINT_OVERRIDE", "https://other.example.org"));

        assertThat(told(config, "endpoint-override")).isEqualTo("https://other.example.org");
        assertThat(told(config, "sync-client.socket-timeout")).isEqualTo("7S");
    }

    @Test
    void aWrongValueIsNotHandedOnBeforeItIsReported() {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "endpoint", "minio:9000");
        properties.put(PREFIX + "force-path-style", "perhaps");
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "endpoint-override")).isEmpty();
        assertThat(told(config, "path-style-access")).isEqualTo("false");
    }

    /** A value is expanded once, where a person wrote it, and not again. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "a$b", "100%$", "a\\${b}c", "x$$y", "$$$$", "{}", "a\\\\b", "a/b+c=="})
    void aSecretArrivesAsItIsRead(String written) {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "access-key", "AK");
        properties.put(PREFIX + "secret-key", written);
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, CREDENTIALS + "static-provider.secret-access-key"))
                .isEqualTo(config.getValue(PREFIX + "secret-key", String.class));
    }
}
