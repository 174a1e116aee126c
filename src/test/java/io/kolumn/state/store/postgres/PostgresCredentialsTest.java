package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.arc.Unremovable;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quarkus's own credentials provider gives user and password, anew for each connection. */
@QuarkusTest
@TestProfile(PostgresCredentialsTest.Profile.class)
class PostgresCredentialsTest {

    private static volatile String password = "first-word";

    /** Stands for a vault. */
    @Singleton
    @Unremovable
    @Named("vault-of-the-test")
    static class Vault implements CredentialsProvider {
        @Override
        public Map<String, String> getCredentials(String name) {
            return Map.of(USER_PROPERTY_NAME, name, PASSWORD_PROPERTY_NAME, password);
        }
    }

    public static final class Profile implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Server.class));
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.datasource.credentials-provider", "keeper",
                    "quarkus.datasource.credentials-provider-name", "vault-of-the-test");
        }
    }

    /** Asks one role for its password. */
    public static final class Server implements QuarkusTestResourceLifecycleManager {
        private static TestPostgres server;

        @Override
        public Map<String, String> start() {
            server = TestPostgres.embedded();
            server.execute("CREATE ROLE keeper LOGIN PASSWORD 'first-word'");
            server.execute("GRANT CREATE, USAGE ON SCHEMA public TO keeper");
            try {
                Path rules = Path.of(server.ask("SHOW hba_file"));
                Files.writeString(rules, "host all keeper all scram-sha-256\n" + Files.readString(rules));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            server.execute("SELECT pg_reload_conf()");
            Map<String, String> properties = new HashMap<>(Map.of("kolumn.state.backend", "postgres"));
            server.config("public").forEach((key, value) -> properties.put("kolumn.state.postgres." + key, value));
            return properties;
        }

        @Override
        public void stop() {
            server.close();
        }
    }

    @TestHTTPResource
    URI url;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(url);
    }

    @Test
    void itsUserIsTheOneAndANewPasswordIsAskedFor() {
        assertThat(put(1).status()).isEqualTo(201);
        assertThat(Server.server.ask("SELECT string_agg(DISTINCT usename, ' ') FROM pg_stat_activity"
                        + " WHERE pid <> pg_backend_pid() AND usename IS NOT NULL AND backend_type = 'client backend'"))
                .isEqualTo("keeper");

        Server.server.execute("ALTER ROLE keeper PASSWORD 'second-word'");
        endTheConnections();
        Answer refused = put(2);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).doesNotContain("first-word");

        password = "second-word";
        assertThat(put(2).status()).isEqualTo(200);
    }

    private static void endTheConnections() {
        Server.server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'keeper'");
    }

    private Answer put(long serial) {
        return wire.request("PUT", "/v1/states/credentials")
                .json(TestStates.state(serial))
                .send();
    }
}
