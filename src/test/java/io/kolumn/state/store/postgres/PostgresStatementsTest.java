package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.CachingStore;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many statements each operation sends, as docs/performance.md says. */
class PostgresStatementsTest {

    private static final StateName PROD = StateName.of("prod");
    private static final LockInfo HOLDER = LockInfo.of("8b9f6ab4", "ada", "OperationTypeApply");

    private final CountedStatements statements = new CountedStatements();
    private String schema;
    private PostgresStore store;
    private StateBackend backend;

    @BeforeEach
    void openAndWarm() {
        schema = TestPostgres.newSchema();
        StoreConfig config = new BackendFactory(List.of(new PostgresProvider()))
                .checked(PostgresProvider.TYPE, TestPostgres.shared().config(schema));
        store = new PostgresStore(
                statements.of(PostgresProvider.ownPool(config, 8, 1)), true, PostgresProvider.settings(config));
        backend = new StateBackend(
                new CachingStore(store, 1 << 20),
                Clock.systemUTC(),
                BackendSettings.defaults().keeping(2, null));
        for (int serial = 1; serial <= 3; serial++) {
            put(serial, WriteOptions.none());
        }
        statements.sent();
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private void put(int serial, WriteOptions options) {
        backend.put(
                PROD, StateDocument.parse("{\"version\": 4, \"serial\": " + serial + ", \"lineage\": \"a\"}"), options);
    }

    @Test
    void aWriteIsOneStatementThoughItDropsAVersion() {
        put(4, WriteOptions.none());
        assertThat(statements.sent()).isOne();
    }

    @Test
    void aCycleOfTerraformIsFour() {
        backend.lock(PROD, HOLDER, LockOptions.none());
        assertThat(statements.sent()).as("lock").isOne();
        assertThat(backend.get(PROD)).isPresent();
        assertThat(statements.sent()).as("get").isOne();
        put(4, WriteOptions.none().withLock(HOLDER.id()));
        assertThat(statements.sent()).as("write").isOne();
        backend.unlock(PROD, HOLDER.id());
        assertThat(statements.sent()).as("unlock").isOne();
    }

    @Test
    void whatAnotherReplicaWroteIsReadByTwoMore() {
        try (StateBackend other =
                new StateBackend(TestPostgres.shared().open(schema), Clock.systemUTC(), BackendSettings.defaults())) {
            other.put(
                    PROD,
                    StateDocument.parse("{\"version\": 4, \"serial\": 9, \"lineage\": \"a\"}"),
                    WriteOptions.none());
        }
        assertThat(backend.get(PROD).orElseThrow().document().serial()).isEqualTo(9L);
        assertThat(statements.sent()).as("the look, the head, the content").isEqualTo(3);
    }

    @Test
    void aListAndAHistoryAreOneEach() {
        backend.list(ListQuery.all());
        assertThat(statements.sent()).isOne();
        store.history(PROD, Long.MAX_VALUE, 10);
        assertThat(statements.sent()).isOne();
    }
}
