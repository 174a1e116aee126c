package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commits that wait for a synchronous standby which is away. */
@Timeout(120)
class PostgresSynchronousTest {

    private static final StateName NAME = StateName.of("prod");
    private static final StateVersion ASIDE = record(0, document(7));

    private static final Map<String, Consumer<PostgresStore>> CHANGES = changes();

    private static TestPostgres server;

    private final List<PostgresStore> open = new ArrayList<>();
    private String schema;
    private PostgresStore store;

    private static Map<String, Consumer<PostgresStore>> changes() {
        Map<String, Consumer<PostgresStore>> changes = new LinkedHashMap<>();
        changes.put("a state", store -> store.commit(create(StateName.of("new"), document(1))));
        changes.put("a lock", store -> store.commit(lock(StateName.of("locked"), lock("mine", 1))));
        changes.put(
                "a batch",
                store -> store.batch()
                        .orElseThrow()
                        .commit(List.of(
                                create(StateName.of("a"), document(1)), create(StateName.of("b"), document(1)))));
        changes.put("the quarantine", store -> store.putAttachment(NAME, record(0, document(8)), document(8)));
        changes.put("the quarantine no more", store -> store.deleteContent(NAME, ASIDE));
        changes.put("a confirmation", store -> store.confirm(NAME));
        return changes;
    }

    @BeforeAll
    static void start() {
        server = TestPostgres.embedded();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void openStore() {
        schema = TestPostgres.newSchema();
        store = store(Map.of());
        store.commit(create(NAME, document(1)));
        store.putAttachment(NAME, ASIDE, document(7));
    }

    @AfterEach
    void closeAll() {
        standby("");
        open.forEach(PostgresStore::close);
    }

    private PostgresStore store(Map<String, String> more) {
        Map<String, String> config = server.config(schema);
        config.putAll(more);
        PostgresStore opened = TestPostgres.open(config);
        open.add(opened);
        return opened;
    }

    /** Whom commits wait for from now on; nobody if it is empty, and who waits is released. */
    private static void standby(String name) {
        ReplicatedPostgres.set(server.port(), "synchronous_standby_names", name);
    }

    private static int waiting() {
        return Integer.parseInt(server.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"));
    }

    private static @Nullable Unavailable failureOf(Runnable call) {
        try {
            call.run();
            return null;
        } catch (Unavailable e) {
            return e;
        }
    }

    static Iterable<String> names() {
        return CHANGES.keySet();
    }

    /** The server then says that it succeeded, and warns. */
    @ParameterizedTest
    @MethodSource("names")
    void aCommitWhoseWaitWasCancelledIsNoAcknowledgement(String change) throws Exception {
        standby("away");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Unavailable> failure =
                    threads.submit(() -> failureOf(() -> CHANGES.get(change).accept(store)));
            cancelWait();

            assertThat(failure.get())
                    .as("acknowledged")
                    .isNotNull()
                    .hasMessageContaining("synchronous standby")
                    .satisfies(lost -> assertThat(lost.outcomeUnknown()).isTrue());
        }
    }

    @Test
    void tablesWhoseCommitWasCancelledAreNoAcknowledgementEither() throws Exception {
        PostgresStore other = store(Map.of("schema", TestPostgres.newSchema()));
        standby("away");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Unavailable> failure = threads.submit(() -> failureOf(() -> other.head(NAME)));
            cancelWait();

            assertThat(failure.get()).isNotNull().hasMessageContaining("synchronous standby");
        }
        standby("");
        Awaitility.await()
                .untilAsserted(() -> assertThat(other.check().healthy()).isTrue());
    }

    private static void cancelWait() {
        Awaitility.await().until(() -> waiting() > 0);
        server.ask("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    }

    /** A trigger's words have nothing to do with the commit. */
    @Test
    void whatATriggerWarnsOfIsNoDoubt() {
        server.execute("CREATE FUNCTION " + schema + ".warn() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE WARNING 'look out'; RETURN new; END $$");
        server.execute("CREATE TRIGGER warn BEFORE INSERT ON " + schema + ".kolumn_state FOR EACH ROW EXECUTE FUNCTION "
                + schema + ".warn()");

        assertThat(store.commit(create(StateName.of("warned"), document(1)))).isTrue();
    }

    /** What is shown and perhaps on no standby is not taken for done, by whoever asks again, at another replica too. */
    @Test
    void aSecondTryIsAcknowledgedWhenTheStandbyIsThere() throws Exception {
        StateBackend backend = backend(Map.of("request_timeout", "1s"));
        StateBackend replica = backend(Map.of("request_timeout", "1s"));
        backend.put(NAME, document(2), WriteOptions.none());
        standby("away");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<@Nullable Unavailable> failure = threads.submit(() -> failureOf(() -> {
                backend.put(NAME, document(3), WriteOptions.none());
                backend.lock(NAME, LockInfo.of("mine", "ada", "OperationTypeApply"), LockOptions.none());
            }));
            cancelWait();
            assertThat(failure.get()).isNotNull();
        }
        assertThat(backend.current(NAME).orElseThrow().serial()).as("shown").isEqualTo(3);

        for (StateBackend any : List.of(backend, replica)) {
            Unavailable again = failureOf(() -> any.put(NAME, document(3), WriteOptions.none()));
            assertThat(again).as("acknowledged").isNotNull();
            assertThat(again.outcomeUnknown()).isTrue();
        }
        standby("");
        assertThat(replica.put(NAME, document(3), WriteOptions.none()).changed())
                .isFalse();
        assertThat(backend.put(NAME, document(3), WriteOptions.none()).changed())
                .isFalse();
    }

    private StateBackend backend(Map<String, String> more) {
        return new StateBackend(store(more), Clock.systemUTC(), BackendSettings.defaults());
    }

    /** Writes hang in more states than there are connections; everybody else goes on. */
    @Test
    void writesThatHangLeaveConnectionsToReads() throws Exception {
        String role = "bounded_" + schema;
        server.execute("CREATE ROLE " + role + " LOGIN SUPERUSER");
        PostgresStore bounded =
                store(Map.of("username", role, "max_conns", "6", "conn_timeout", "500ms", "request_timeout", "2s"));
        StateBackend backend = new StateBackend(bounded, Clock.systemUTC(), BackendSettings.defaults());
        backend.current(NAME);
        standby("away");
        long start = System.nanoTime();
        List<Unavailable> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Unavailable>> writes = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                StateName name = StateName.of("hanging-" + i);
                writes.add(threads.submit(() -> failureOf(() -> backend.put(name, document(1), WriteOptions.none()))));
            }
            for (Future<@Nullable Unavailable> write : writes) {
                Unavailable failure = write.get();
                assertThat(failure).isNotNull();
                failures.add(failure);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(failures.stream().filter(Unavailable::outcomeUnknown))
                .hasSize(4)
                .allSatisfy(lost -> assertThat(lost)
                        .hasMessageContaining("did not answer within 2000 ms")
                        .hasMessageContaining("waiting for the synchronous standby"));
        assertThat(failures.stream().filter(refused -> !refused.outcomeUnknown()))
                .hasSize(8)
                .allSatisfy(refused -> assertThat(refused).hasMessageContaining("no connection free"));
        assertThat(backend.current(NAME)).isPresent();
        StoreCheck check = bounded.check();
        assertThat(check.healthy()).isTrue();
        assertThat(check.capabilities().get("warning")).contains("synchronous standby");
        Unavailable later = failureOf(() -> backend.put(StateName.of("later"), document(1), WriteOptions.none()));
        assertThat(later).isNotNull().hasMessageContaining("waiting for the synchronous standby");
        assertThat(Integer.parseInt(server.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = '" + role + "'")))
                .isLessThanOrEqualTo(6);

        standby("");
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.ask(
                                "SELECT count(*) FROM " + schema + ".kolumn_state WHERE name LIKE 'hanging-%'"))
                        .isEqualTo("4"));
        assertThat(backend.put(StateName.of("later"), document(1), WriteOptions.none())
                        .changed())
                .isTrue();
        assertThat(bounded.check().capabilities()).doesNotContainKey("warning");
    }

    /** Questions, tries again and the wait for a connection share one bound. */
    @Test
    void aFrozenServerIsGivenUpInTime() throws Exception {
        PostgresStore patient = store(Map.of("conn_timeout", "1s", "request_timeout", "3s"));
        StateBackend backend = new StateBackend(patient, Clock.systemUTC(), BackendSettings.defaults());
        backend.put(NAME, document(2), WriteOptions.none());
        ProcessHandle first = firstProcess();
        signal("-STOP", List.of(first)); // it makes no more of them
        List<ProcessHandle> others = first.descendants().toList();
        signal("-STOP", others);
        try {
            long start = System.nanoTime();
            Unavailable read = failureOf(() -> backend.get(NAME));
            Unavailable write = failureOf(() -> backend.put(NAME, document(3), WriteOptions.none()));
            StoreCheck check = patient.check();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
            for (Unavailable failure : new Unavailable[] {read, write}) {
                assertThat(failure).isNotNull();
                assertThat(failure.getMessage())
                        .doesNotContain("max_conns")
                        .containsAnyOf("did not answer within 3000 ms", "accepted no new connection");
            }
            assertThat(check.healthy()).isFalse();
            assertThat(check.problem()).containsAnyOf("did not answer within 1500 ms", "accepted no new connection");
        } finally {
            signal("-CONT", others);
            signal("-CONT", List.of(first));
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(patient.check().healthy()).isTrue());
        assertThat(backend.put(NAME, document(3), WriteOptions.none())).isNotNull();
        assertThat(backend.current(NAME).orElseThrow().serial()).isEqualTo(3);
    }

    /** Their connections are closed, and their sessions wait on: these take the places of connections until they are gone. */
    @Test
    void readsThatHangAtALockNeverMakeMoreSessionsThanConnections() throws Exception {
        String role = "reading_" + schema;
        server.execute("CREATE ROLE " + role + " LOGIN SUPERUSER");
        PostgresStore bounded =
                store(Map.of("username", role, "max_conns", "4", "conn_timeout", "500ms", "request_timeout", "2s"));
        try (Connection other = server.connect();
                Statement statement = other.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            bounded.history(NAME, Long.MAX_VALUE, 10);
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE " + schema + ".kolumn_state_versions");
            List<Future<@Nullable Unavailable>> reads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                reads.add(threads.submit(() -> failureOf(() -> bounded.history(NAME, Long.MAX_VALUE, 10))));
            }
            for (Future<@Nullable Unavailable> read : reads) {
                assertThat(read.get())
                        .isNotNull()
                        .satisfies(late -> assertThat(late.getMessage())
                                .containsAnyOf("did not answer within 2000 ms", "no connection free"));
            }
            assertThat(failureOf(() -> bounded.history(NAME, Long.MAX_VALUE, 10)))
                    .isNotNull()
                    .hasMessageContaining("no connection free")
                    .hasMessageContaining("waiting for a lock of another session");
            assertThat(bounded.check().healthy()).isTrue();
            assertThat(Integer.parseInt(
                            server.ask("SELECT count(*) FROM pg_stat_activity WHERE usename = '" + role + "'")))
                    .isLessThanOrEqualTo(4);
            other.rollback();
        }
        Awaitility.await()
                .ignoreException(Unavailable.class)
                .untilAsserted(() ->
                        assertThat(bounded.history(NAME, Long.MAX_VALUE, 10)).hasSize(1));
    }

    private static ProcessHandle firstProcess() {
        long number = Long.parseLong(server.ask("SELECT pg_read_file('postmaster.pid', 0, 20)")
                .lines()
                .findFirst()
                .orElseThrow()
                .strip());
        return ProcessHandle.of(number).orElseThrow();
    }

    private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(String.valueOf(process.pid())));
        assertThat(new ProcessBuilder(command).start().waitFor(10, TimeUnit.SECONDS))
                .isTrue();
    }
}
