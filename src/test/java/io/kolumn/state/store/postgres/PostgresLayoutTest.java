package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.label;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.LabelSelector;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tables that are made, found, upgraded from Kolumn's earlier ones, or refused. */
class PostgresLayoutTest {

    private static final StateName NAME = StateName.of("prod");

    private final TestPostgres server = TestPostgres.shared();
    private final String schema = TestPostgres.newSchema();

    private PostgresStore open(Map<String, String> more) {
        Map<String, String> config = server.config(schema);
        config.putAll(more);
        return TestPostgres.open(config);
    }

    @Test
    void tenReplicasThatStartAtOnceMakeTheTablesOnce() throws Exception {
        CyclicBarrier start = new CyclicBarrier(10);
        List<Future<Boolean>> commits = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int replica = 0; replica < 10; replica++) {
                commits.add(threads.submit(() -> {
                    try (PostgresStore store = open(Map.of("max_conns", "2", "max_idle_conns", "0"))) {
                        start.await();
                        return store.commit(create(NAME, document(1)));
                    }
                }));
            }
        }
        int won = 0;
        for (Future<Boolean> commit : commits) {
            won += commit.get() ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
        assertThat(server.ask("SELECT count(*) FROM " + schema + ".kolumn_state_layout"))
                .isEqualTo("1");
    }

    @Test
    void namesMayHoldCapitalsSpacesAndQuotes() {
        Map<String, String> names =
                Map.of("schema", schema + " It's \"IaC\"", "table_name", "My-States", "lock_table", "My \"Locks\"");
        try (PostgresStore store = open(names)) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            StateHead head = store.head(NAME).orElseThrow();
            assertThat(store.commit(lock(head, lock("abc", 1)))).isTrue();
            assertThat(store.check().healthy()).isTrue();
        }
        assertThat(server.ask("SELECT lock_id FROM \"" + schema + " It's \"\"IaC\"\"\".\"My \"\"Locks\"\"\""))
                .isEqualTo("abc");
    }

    @Test
    void contentsAreCompressedByLz4WhereTheServerHasIt() {
        try (PostgresStore store = open(Map.of())) {
            String large = "{\"version\":4,\"serial\":1,\"lineage\":\"x\",\"outputs\":{\"a\":{\"value\":\""
                    + "abcdefgh".repeat(50_000) + "\"}}}";
            store.commit(create(NAME, StateDocument.parse(large)));
            String compression = server.ask("SELECT coalesce(pg_column_compression(content), 'none') FROM " + schema
                    + ".kolumn_state_versions");
            assertThat(compression).isIn("lz4", "pglz");
            assertThat(Long.parseLong(
                            server.ask("SELECT pg_column_size(content) FROM " + schema + ".kolumn_state_versions")))
                    .isLessThan(100_000);
        }
    }

    /** A command that reads must not leave tables where nobody wanted any. */
    @Test
    void whoOnlyReadsMakesNoTablesAndReadsThoseOfOthers() {
        Map<String, String> config = server.config(schema);
        try (StateStore reading = BackendFactory.withBuiltIns().openToRead("postgres", config)) {
            assertThatThrownBy(() -> reading.list(ListQuery.all()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("There are no tables of states at ")
                    .hasMessageContaining("schema '" + schema + "'");
            assertThat(reading.check().canRead()).isFalse();
        }
        assertThat(server.ask("SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'"))
                .isEqualTo("0");
        try (PostgresStore store = open(Map.of())) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
        }
        try (StateStore reading = BackendFactory.withBuiltIns().openToRead("postgres", config)) {
            assertThat(reading.head(NAME)).isPresent();
            assertThat(reading.check().canRead()).isTrue();
        }
        server.execute("DELETE FROM " + schema + ".kolumn_state_layout WHERE layout > 2");
        try (StateStore reading = BackendFactory.withBuiltIns().openToRead("postgres", config)) {
            assertThatThrownBy(() -> reading.head(NAME))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("Start the service to upgrade them");
        }
    }

    @Test
    void aRoleThatMayNotMakeTablesGetsTheScript() {
        server.execute("DO $$ BEGIN CREATE ROLE modest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        server.execute("CREATE SCHEMA " + schema);
        server.execute("GRANT USAGE ON SCHEMA " + schema + " TO modest");
        Map<String, String> modest = Map.of("username", "modest");
        Map<String, String> careful = Map.of("username", "modest", "migrate", "false");
        try (PostgresStore store = open(modest)) {
            assertThatThrownBy(() -> store.head(NAME))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("could not be created")
                    .hasMessageContaining("permission denied");
        }
        try (PostgresStore store = open(careful)) {
            assertThatThrownBy(() -> store.head(NAME))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("migrate=false")
                    .hasMessageContaining("docs/postgresql.md");
        }
        String script = PostgresTables.script(new PostgresSettings(
                "", schema, "kolumn_state", "kolumn_locks", Duration.ZERO, Duration.ZERO, true, true));
        server.execute(script);
        for (String table : List.of("kolumn_state", "kolumn_locks", "kolumn_state_versions", "kolumn_state_aside")) {
            server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + schema + "." + table + " TO modest");
        }
        server.execute("GRANT SELECT ON " + schema + ".kolumn_state_layout TO modest");
        try (PostgresStore store = open(careful)) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            assertThat(store.check().healthy()).isTrue();
        }
    }

    /** The documented script is the one that the store runs. */
    @Test
    void theDocumentedScriptIsTheTrueOne() throws IOException {
        PostgresSettings names = new PostgresSettings(
                "", "public", "kolumn_state", "kolumn_locks", Duration.ZERO, Duration.ZERO, true, true);
        assertThat(Files.readString(Path.of("docs/postgresql.md")))
                .contains(
                        PostgresTables.script(names).strip(),
                        PostgresTables.upgrade(names).strip());
    }

    @Test
    void aLayoutThatIsTooNewIsRefusedAndOneThatWorksWithUsIsNot() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(create(NAME, document(1)));
        }
        server.execute("INSERT INTO " + schema + ".kolumn_state_layout (layout, works_with) VALUES (6, 2)");
        server.execute("ALTER TABLE " + schema + ".kolumn_state ADD COLUMN added_later text DEFAULT 'x'");
        server.execute("ALTER TABLE " + schema + ".kolumn_state_versions ADD COLUMN added_later text DEFAULT 'x'");
        try (PostgresStore store = open(Map.of())) {
            StateHead head = store.head(NAME).orElseThrow();
            assertThat(store.commit(write(head, document(2)))).isTrue();
        }
        server.execute("INSERT INTO " + schema + ".kolumn_state_layout (layout, works_with) VALUES (7, 6)");
        try (PostgresStore store = open(Map.of())) {
            assertThatThrownBy(() -> store.head(NAME))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("layout 7")
                    .hasMessageContaining("newer release");
            assertThat(store.check().healthy()).isFalse();
        }
    }

    private static Lock owned(long fence) {
        Lock lock = lock("own", fence);
        return new Lock(lock.info(), fence, lock.acquired(), null, "user/ada");
    }

    /** What a release that knows layout 1 has made: locks without owners. */
    private void layoutOne() {
        server.execute(PostgresTables.script(new PostgresSettings(
                "", schema, "kolumn_state", "kolumn_locks", Duration.ZERO, Duration.ZERO, true, true)));
        server.execute("ALTER TABLE " + schema + ".kolumn_locks DROP COLUMN owner, DROP COLUMN owner_fence");
        server.execute("ALTER TABLE " + schema + ".kolumn_state DROP COLUMN former, DROP COLUMN labels");
        server.execute("UPDATE " + schema + ".kolumn_state_layout SET layout = 1");
    }

    @Test
    void layoutOneIsUpgradedInPlaceByAnyNumberOfReplicas() {
        server.execute("CREATE SCHEMA " + schema);
        layoutOne();
        server.execute("INSERT INTO " + schema + ".kolumn_state VALUES ('prod', 'c', null, 0, 0, 3, -1, now())");
        server.execute("INSERT INTO " + schema
                + ".kolumn_locks VALUES ('prod', 'held', '', '', 'ada', '', null, '', null, 3, now(), null)");

        try (PostgresStore one = open(Map.of());
                PostgresStore two = open(Map.of())) {
            StateHead head = one.head(NAME).orElseThrow();
            assertThat(Objects.requireNonNull(head.lock()).owner()).isEmpty();
            assertThat(two.head(NAME)).contains(head);
            assertThat(one.commit(lock(head, owned(4)))).isTrue();
            assertThat(Objects.requireNonNull(two.head(NAME).orElseThrow().lock())
                            .owner())
                    .isEqualTo("user/ada");
        }
        assertThat(server.ask("SELECT string_agg(layout || '/' || works_with, ' ' ORDER BY layout) FROM " + schema
                        + ".kolumn_state_layout"))
                .isEqualTo("1/1 2/1 3/1 4/1 5/1");
    }

    /** What a release that knows layout 2 has made: heads that remember no locks. */
    @Test
    void layoutTwoIsUpgradedInPlaceAndItsReleaseWorksOn() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(create(NAME, document(1)));
        }
        server.execute("ALTER TABLE " + schema + ".kolumn_state DROP COLUMN former");
        server.execute("UPDATE " + schema + ".kolumn_state_layout SET layout = 2");
        try (PostgresStore store = open(Map.of());
                StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults())) {
            backend.lock(NAME, lock("one", 1).info(), LockOptions.none());
            backend.unlock(NAME, "one");
            StateHead head = store.head(NAME).orElseThrow();
            assertThat(head.former().text()).startsWith("1:");

            server.execute("UPDATE " + schema
                    + ".kolumn_state SET (commit_id, fence) = ROW('of a release of layout 2', 2) WHERE name = 'prod'");
            assertThat(store.head(NAME).orElseThrow().former()).isEqualTo(head.former());
        }
        assertThat(server.ask("SELECT string_agg(layout || '/' || works_with, ' ' ORDER BY layout) FROM " + schema
                        + ".kolumn_state_layout"))
                .isEqualTo("2/1 3/1 4/1 5/1");
    }

    /** What a release that knows layout 3 has made: heads that have no labels. */
    @Test
    void layoutThreeIsUpgradedInPlaceAndItsReleaseWorksOn() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(create(NAME, document(1)));
        }
        server.execute("ALTER TABLE " + schema + ".kolumn_state DROP COLUMN labels");
        server.execute("UPDATE " + schema + ".kolumn_state_layout SET layout = 3");
        Labels labels = Labels.of(Map.of("team", "a"));
        try (PostgresStore store = open(Map.of());
                StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults())) {
            assertThat(store.head(NAME).orElseThrow().labels()).isNull();
            backend.label(NAME, Map.of("team", "a"), "");
            assertThat(store.head(NAME).orElseThrow().labels()).isEqualTo(labels);

            server.execute("UPDATE " + schema
                    + ".kolumn_state SET (commit_id, fence) = ROW('of a release of layout 3', 2) WHERE name = 'prod'");
            assertThat(store.head(NAME).orElseThrow().labels()).isEqualTo(labels);
            server.execute("INSERT INTO " + schema
                    + ".kolumn_state (name, commit_id, versions, kept, fence, highest_serial, changed, former)"
                    + " VALUES ('made', 'c', 0, 0, 0, -1, now(), '')");
            assertThat(store.head(StateName.of("made")).orElseThrow().labels()).isNull();
        }
        assertThat(server.ask("SELECT string_agg(layout || '/' || works_with, ' ' ORDER BY layout) FROM " + schema
                        + ".kolumn_state_layout"))
                .isEqualTo("2/1 3/1 4/1 5/1");
    }

    /** One state has the label, among many that have none: they are not read for it. */
    @Test
    void labelsAreFoundByTheirIndex() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(label(StateName.of("s/labelled"), Labels.of(Map.of("team", "a"))));
            server.execute(
                    "INSERT INTO " + schema + ".kolumn_state SELECT 's/' || i, 'c', null, 0, 0, 0, -1, now(), '',"
                            + " '{\"team\": \"b\"}' FROM generate_series(1, 20000) i");
            server.execute("ANALYZE " + schema + ".kolumn_state");
            ListQuery query = new ListQuery("s/", null, 100, false, false, LabelSelector.parse("team=a"));
            assertThat(store.list(query).heads()).hasSize(1);
        }
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(server.ask("SELECT idx_scan > 0 FROM pg_stat_user_indexes WHERE"
                                + " indexrelname = 'kolumn_state_labels' AND schemaname = '" + schema + "'"))
                        .isEqualTo("t"));
    }

    /** It passes over the columns that it does not know, so an owner may be left from the lock before. */
    @Test
    void aLockThatAReleaseOfLayoutOneTakesHasNoOwner() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(create(NAME, document(1)));
            StateHead head = store.head(NAME).orElseThrow();
            store.commit(lock(head, owned(1)));
            server.execute("UPDATE " + schema + ".kolumn_locks SET lock_id = 'other', fence = 2");

            assertThat(Objects.requireNonNull(store.head(NAME).orElseThrow().lock()))
                    .isEqualTo(lock("other", 2));
        }
    }

    private void earlierTables() {
        server.execute("CREATE SCHEMA " + schema);
        server.execute("CREATE TABLE " + schema
                + ".kolumn_state (workspace varchar(255) PRIMARY KEY, serial bigint, lineage varchar(255),"
                + " state_data jsonb, created_at timestamptz, updated_at timestamptz)");
        server.execute("CREATE TABLE " + schema
                + ".kolumn_locks (lock_id varchar(255), workspace varchar(255) PRIMARY KEY, operation varchar(255), info text,"
                + " who varchar(255), version varchar(255), created_at timestamptz, path text)");
    }

    private void earlierRow(String workspace, String json) {
        server.execute("INSERT INTO " + schema + ".kolumn_state VALUES ('" + workspace + "', 7, 'line', '" + json
                + "', '2024-01-01T00:00:00Z', '2024-05-06T07:08:09Z')");
    }

    @Test
    void theEarlierTablesAreTakenOver() {
        earlierTables();
        for (int i = 0; i < 30; i++) {
            earlierRow(
                    "team/state-" + i,
                    "{\"version\": 4, \"serial\": " + i
                            + ", \"lineage\": \"line\", \"outputs\": {\"x\": {\"value\": 1}}}");
        }
        server.execute(
                "INSERT INTO " + schema
                        + ".kolumn_locks VALUES ('lock-1', 'team/state-3', 'apply', 'why', 'ada', '1.0', '2024-05-06T07:08:10Z', 'p')");
        server.execute(
                "INSERT INTO " + schema
                        + ".kolumn_locks VALUES ('lock-2', 'only-locked', 'plan', '', 'bob', '1.0', '2024-05-06T07:08:10Z', '')");

        try (PostgresStore store = open(Map.of());
                StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults())) {
            assertThat(store.list(ListQuery.all()).heads()).hasSize(30);
            StateName name = StateName.of("team/state-3");
            StateHead head = store.head(name).orElseThrow();
            StateVersion version = Objects.requireNonNull(head.current());
            assertThat(version.number()).isEqualTo(1);
            assertThat(version.serial()).isEqualTo(3);
            assertThat(version.created()).isEqualTo(Instant.parse("2024-05-06T07:08:09Z"));
            assertThat(store.content(name, version).orElseThrow().lineage()).isEqualTo("line");
            assertThat(Objects.requireNonNull(head.lock()).info().who()).isEqualTo("ada");
            assertThat(store.head(StateName.of("only-locked")).orElseThrow().lock())
                    .isNotNull();

            backend.put(
                    name,
                    StateDocument.parse("{\"version\":4,\"serial\":4,\"lineage\":\"line\",\"outputs\":{}}"),
                    WriteOptions.none().withLock("lock-1"));
            assertThat(backend.unlock(name, "lock-1")).isTrue();
            assertThat(backend.history(name, Long.MAX_VALUE, 10)).hasSize(2);
        }
        assertThat(server.ask("SELECT count(*) FROM " + schema + ".kolumn_state_single"))
                .isEqualTo("30");
        assertThat(server.ask("SELECT count(*) FROM " + schema + ".kolumn_locks_single"))
                .isEqualTo("2");
    }

    @Test
    void earlierRowsThatCannotBeStatesStopTheUpgradeAndNothingIsChanged() {
        earlierTables();
        earlierRow("good", "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\"}");
        earlierRow("bad name!", "{\"version\": 4, \"serial\": 1, \"lineage\": \"l\"}");
        earlierRow("no-object", "[1, 2]");

        try (PostgresStore store = open(Map.of())) {
            assertThatThrownBy(() -> store.head(NAME))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("bad name!")
                    .hasMessageContaining("no-object");
        }
        assertThat(server.ask("SELECT count(*) FROM " + schema + ".kolumn_state WHERE state_data IS NOT NULL"))
                .isEqualTo("3");
        assertThat(server.ask("SELECT to_regclass('" + schema + ".kolumn_state_layout') IS NULL"))
                .isEqualTo("t");

        server.execute("DELETE FROM " + schema + ".kolumn_state WHERE workspace <> 'good'");
        try (PostgresStore store = open(Map.of())) {
            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> store.head(StateName.of("good")).isPresent());
        }
    }

    @Test
    void tablesThatGoAwayAreNoticed() {
        try (PostgresStore store = open(Map.of())) {
            store.commit(create(NAME, document(1)));
            server.execute("DROP TABLE " + schema + ".kolumn_state_layout");

            assertThat(store.check().problem()).contains("gone");
        }
    }
}
