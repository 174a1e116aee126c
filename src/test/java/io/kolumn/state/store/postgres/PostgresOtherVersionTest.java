package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on another major version than the one of all other tests. */
class PostgresOtherVersionTest extends StateStoreContract {

    private static @Nullable TestPostgres server;

    private final String schema = TestPostgres.newSchema();

    @BeforeAll
    static void start() {
        server = TestPostgres.startOther();
        assumeTrue(server != null, "There are no binaries of another version for this machine");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static TestPostgres other() {
        return Objects.requireNonNull(server);
    }

    @Override
    protected StateStore open() {
        return other().open(schema);
    }

    @Test
    void itIsAnotherVersion() {
        String version = "SELECT current_setting('server_version_num')::integer / 10000";
        assertThat(other().ask(version)).isNotEqualTo(TestPostgres.shared().ask(version));
    }
}
