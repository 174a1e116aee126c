package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.backend.StateBackendLockTest;
import io.kolumn.state.backend.StateBackendTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract and the rules on one major version of PostgreSQL, on a server of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PostgresVersion {

    private final int version;

    PostgresVersion(int version) {
        this.version = version;
    }

    @BeforeEach
    void itIsThere() {
        assumeTrue(TestPostgres.has(version), "There are no binaries of PostgreSQL " + version + " for this machine");
    }

    @AfterAll
    void endTheServer() {
        TestPostgres.end(version);
    }

    private StateStore open(String schema) {
        return TestPostgres.of(version).open(schema);
    }

    @Test
    void itIsThatVersion() {
        assertThat(TestPostgres.of(version).ask("SELECT current_setting('server_version_num')::integer / 10000"))
                .isEqualTo(Integer.toString(version));
    }

    @Nested
    class Contract extends StateStoreContract {
        private final String schema = TestPostgres.newSchema();

        @Override
        protected StateStore open() {
            return PostgresVersion.this.open(schema);
        }
    }

    @Nested
    class Rules extends StateBackendTest {
        @Override
        protected StateStore newStore() {
            return PostgresVersion.this.open(TestPostgres.newSchema());
        }
    }

    @Nested
    class Locks extends StateBackendLockTest {
        @Override
        protected StateStore newStore() {
            return PostgresVersion.this.open(TestPostgres.newSchema());
        }
    }
}
