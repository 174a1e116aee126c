package io.kolumn.state.store.postgres;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real PostgreSQL under the whole application. */
public final class PostgresResource implements QuarkusTestResourceLifecycleManager {

    /** Serves states from it. */
    public static final class Profile implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(PostgresResource.class));
        }
    }

    private TestPostgres server;

    @Override
    public Map<String, String> start() {
        server = TestPostgres.start();
        Map<String, String> properties = new HashMap<>();
        properties.put("kolumn.state.backend", "postgresql");
        server.config("public").forEach((key, value) -> properties.put("kolumn.state.postgres." + key, value));
        return properties;
    }

    @Override
    public void stop() {
        if (server != null) {
            server.close();
        }
    }
}
