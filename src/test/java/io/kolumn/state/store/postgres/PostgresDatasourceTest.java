package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Quarkus's own pool is told of the keys. */
class PostgresDatasourceTest {

    private static final String PREFIX = "kolumn.state.postgres.";

    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PostgresDatasource())
                .withSources(new PropertiesConfigSource(properties, "file", 250), new EnvConfigSource(environment, 300))
                .build();
    }

    private static Map<String, String> picked() {
        Map<String, String> properties = new HashMap<>();
        properties.put("kolumn.state.backend", "postgres");
        properties.put(PREFIX + "database", "states");
        properties.put(PREFIX + "username", "kolumn");
        return properties;
    }

    private static String told(SmallRyeConfig config, String name) {
        return config.getOptionalValue("quarkus.datasource." + name, String.class)
                .orElse("");
    }

    @ParameterizedTest
    @CsvSource({"postgres, true", "PG, true", "postgresql, true", "local, false", "memory, false", "my-own, false"})
    void thePoolIsOnOnlyWhereTheTypeIsServed(String type, String active) {
        Map<String, String> properties = picked();
        properties.put("kolumn.state.backend", type);
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "active")).isEqualTo(active);
        assertThat(told(config, "jdbc.url").isEmpty()).isEqualTo(active.equals("false"));
    }

    @Test
    void theKeysBecomeTheServerAndTheSizes() {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "host", "::1");
        properties.put(PREFIX + "database", "my states/1");
        properties.put(PREFIX + "ssl_mode", "verify-full");
        properties.put(PREFIX + "max-conns", "7");
        SmallRyeConfig config = config(properties, Map.of("KOLUMN_STATE_POSTGRES_CONN_TIMEOUT", "3s"));

        assertThat(told(config, "jdbc.url")).isEqualTo("jdbc:postgresql://[::1]:5432/my+states%2F1");
        assertThat(told(config, "jdbc.max-size")).isEqualTo("7");
        assertThat(told(config, "jdbc.acquisition-timeout")).isEqualTo("PT3S");
        assertThat(told(config, "jdbc.additional-jdbc-properties.sslmode")).isEqualTo("verify-full");
        assertThat(told(config, "jdbc.additional-jdbc-properties.connectTimeout"))
                .isEqualTo("3");
        assertThat(told(config, "jdbc.additional-jdbc-properties.socketTimeout"))
                .isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db1 | db1:5432",
                "db1,db2 | db1:5432,db2:5432",
                "db1:5433, db2 | db1:5433,db2:5432",
                "::1,[::2]:6000 | [::1]:5432,[::2]:6000",
                "10.0.0.1:1,10.0.0.2:65535 | 10.0.0.1:1,10.0.0.2:65535"
            })
    void severalHostsArePassedToTheDriverWhichPicksThePrimary(String hosts, String told) {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "host", hosts);
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "jdbc.url")).isEqualTo("jdbc:postgresql://" + told + "/states");
        assertThat(told(config, "jdbc.additional-jdbc-properties.targetServerType"))
                .isEqualTo(hosts.contains(",") ? "primary" : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "db1,,db2 | has an empty host",
                "db1, | has an empty host",
                "db1:0 | 1 to 65535",
                "db1:99999,db2 | 1 to 65535",
                "db1,db1 | twice",
                "db 1 | is not a host name",
                "db1;db2 | is not a host name",
                "db1:x | is not a host name",
                "db1/x,db2 | is not a host name"
            })
    void aListThatIsNoneIsToldWithWhatToWrite(String hosts, String message) {
        assertThat(Hosts.problem(hosts)).contains(message);
    }

    /** A value is expanded once, where a person wrote it, and not again. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "a$b", "100%$", "a\\${b}c", "x$$y", "$$$$", "{}", "a\\\\b", "pa ss\"'"})
    void aPasswordArrivesAsItIsRead(String written) {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "password", written);
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "password")).isEqualTo(config.getValue(PREFIX + "password", String.class));
    }

    @Test
    void whatIsSetForThePoolItselfWins() {
        Map<String, String> properties = picked();
        properties.put("quarkus.datasource.jdbc.max-size", "3");
        properties.put("quarkus.datasource.jdbc.additional-jdbc-properties.prepareThreshold", "5");
        properties.put("quarkus.datasource.jdbc.url", "jdbc:postgresql://elsewhere/x");
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "jdbc.max-size")).isEqualTo("3");
        assertThat(told(config, "jdbc.additional-jdbc-properties.prepareThreshold"))
                .isEqualTo("5");
        assertThat(told(config, "jdbc.url")).isEqualTo("jdbc:postgresql://elsewhere/x");
    }

    @Test
    void aWrongValueIsLeftToTheCheckOfTheKeys() {
        Map<String, String> properties = picked();
        properties.put(PREFIX + "port", "abc");
        properties.put(PREFIX + "max-conns", "many");
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(told(config, "jdbc.url")).contains(":5432/");
        assertThat(told(config, "jdbc.max-size")).isEqualTo("20");
    }
}
