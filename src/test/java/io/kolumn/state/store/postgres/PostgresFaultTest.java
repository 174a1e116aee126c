package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong between the store and its database, and what the store says of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PostgresFaultTest {

    private static final StateName NAME = StateName.of("prod");
    private static final String SECRET = "hunter2-hunter2";

    private final TestPostgres server = TestPostgres.shared();
    private final String schema = TestPostgres.newSchema();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private PostgresStore store(Map<String, String> more) {
        Map<String, String> config = server.config(schema);
        config.putAll(more);
        PostgresStore store = TestPostgres.open(config);
        open.add(store);
        return store;
    }

    private TcpProxy proxy() {
        TcpProxy proxy = new TcpProxy(server.port());
        open.add(proxy);
        return proxy;
    }

    private PostgresStore through(TcpProxy proxy, String... more) {
        Map<String, String> config = new HashMap<>();
        config.put("port", String.valueOf(proxy.port()));
        for (int i = 0; i < more.length; i += 2) {
            config.put(more[i], more[i + 1]);
        }
        return store(config);
    }

    private static Unavailable refusal(PostgresStore store) {
        Unavailable refusal = Objects.requireNonNull(catchThrowableOfType(Unavailable.class, () -> store.head(NAME)));
        assertThat(refusal.outcomeUnknown()).isFalse();
        assertThat(refusal.getMessage()).doesNotContain(SECRET).doesNotContainIgnoringCase("select");
        StoreCheck check = store.check();
        assertThat(check.healthy()).isFalse();
        assertThat(check.problem()).isNotNull().doesNotContain(SECRET);
        return refusal;
    }

    // At the start.

    @Test
    void aRoleThatMayNotLogInIsTold() {
        server.execute("DO $$ BEGIN CREATE ROLE locked_out LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        server.execute("ALTER ROLE locked_out NOLOGIN");

        assertThat(refusal(store(Map.of("username", "locked_out", "password", SECRET))))
                .hasMessageContaining("rejected the user")
                .hasMessageContaining("locked_out");
    }

    @Test
    void anUnknownHostIsSaid() {
        assertThat(refusal(store(Map.of("host", "no-such-host.invalid", "password", SECRET))))
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("host name is not known");
    }

    @Test
    void aClosedPortIsSaid() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(refusal(store(Map.of("port", String.valueOf(free))))).hasMessageContaining("connection refused");
    }

    @Test
    void anUnknownDatabaseIsSaid() {
        assertThat(refusal(store(Map.of("database", "nowhere"))))
                .hasMessageContaining("nowhere")
                .hasMessageContaining("does not exist");
    }

    @Test
    void aServerWithoutTlsIsSaid() {
        assertThat(refusal(store(Map.of("ssl_mode", "require")))).hasMessageContaining("SSL");
    }

    @Test
    void aRoleWithoutRightsIsTold() {
        server.execute("DO $$ BEGIN CREATE ROLE nobody LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        store(Map.of()).commit(create(NAME, document(1)));
        server.execute("GRANT USAGE ON SCHEMA " + schema + " TO nobody");

        assertThat(refusal(store(Map.of("username", "nobody"))))
                .hasMessageContaining("permission denied")
                .hasMessageContaining("docs/postgresql.md");
    }

    @Test
    void aReadOnlyServerIsRefused() {
        store(Map.of()).commit(create(NAME, document(1)));
        server.execute(
                "DO $$ BEGIN CREATE ROLE reader LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        server.execute("ALTER ROLE reader SET default_transaction_read_only = on");

        assertThat(refusal(store(Map.of("username", "reader")))).hasMessageContaining("read-only");
    }

    @Test
    void weakCommitsAreWarnedOf() {
        server.execute(
                "DO $$ BEGIN CREATE ROLE hasty LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        server.execute("ALTER ROLE hasty SET synchronous_commit = off");

        assertThat(store(Map.of()).check().capabilities())
                .containsEntry("durable", "true")
                .doesNotContainKey("warning");
        StoreCheck check = store(Map.of("username", "hasty")).check();

        assertThat(check.healthy()).isTrue();
        assertThat(check.capabilities()).containsEntry("durable", "false");
        assertThat(check.capabilities().get("warning")).contains("synchronous_commit");
    }

    // While it runs.

    @Test
    void aDatabaseThatComesLateIsUsed() {
        TcpProxy proxy = proxy();
        proxy.refusing(true);
        PostgresStore store = through(proxy);
        refusal(store);

        proxy.refusing(false);

        Awaitility.await()
                .untilAsserted(() -> assertThat(store.check().healthy()).isTrue());
        assertThat(store.head(NAME)).isEmpty();
    }

    @Test
    void aReadSurvivesThatAllConnectionsAreCut() throws Exception {
        TcpProxy proxy = proxy();
        PostgresStore store = through(proxy);
        store.commit(create(NAME, document(1)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                reads.add(threads.submit(() -> store.head(NAME)));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        }
        proxy.cut();

        assertThat(store.head(NAME)).isPresent();
    }

    @Test
    void aCommitWhoseAnswerIsLostIsUncertain() {
        TcpProxy proxy = proxy();
        PostgresStore store = through(proxy, "prepare", "false");
        StateHead first = create(NAME, document(1)).to();
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        StateHead head = store.head(NAME).orElseThrow();
        assertThat(head.lastVersion()).isEqualTo(first.lastVersion());

        proxy.answersAfter("WITH moved", TcpProxy.Answers.CUT);
        Unavailable lost = Objects.requireNonNull(
                catchThrowableOfType(Unavailable.class, () -> store.commit(write(head, document(2)))));
        proxy.answers(TcpProxy.Answers.PASSED);

        assertThat(lost.outcomeUnknown()).isTrue();
        assertThat(store.head(NAME).orElseThrow().lastVersion()).isEqualTo(2);
    }

    @Test
    void theBackendAnswersTruthfullyAfterALostAnswer() {
        TcpProxy proxy = proxy();
        StateBackend backend =
                new StateBackend(through(proxy, "prepare", "false"), Clock.systemUTC(), BackendSettings.defaults());
        backend.put(NAME, document(1), WriteOptions.none());
        for (int serial = 2; serial < 12; serial++) {
            proxy.answersAfter("WITH moved", TcpProxy.Answers.CUT);
            Thread mend = Thread.ofVirtual().start(() -> {
                sleep(5);
                proxy.answers(TcpProxy.Answers.PASSED);
            });
            try {
                assertThat(backend.put(NAME, document(serial), WriteOptions.none())
                                .version()
                                .serial())
                        .isEqualTo(serial);
            } catch (Unavailable e) {
                assertThat(e.outcomeUnknown()).isTrue();
                join(mend);
                backend.put(NAME, document(serial), WriteOptions.none());
            }
            join(mend);
            assertThat(backend.current(NAME).orElseThrow().serial()).isEqualTo(serial);
            assertThat(backend.history(NAME, Long.MAX_VALUE, 100)).hasSize(serial);
        }
    }

    @Test
    void aBusyPoolIsSaid() throws Exception {
        PostgresStore store = store(Map.of("max_conns", "1", "max_idle_conns", "0", "conn_timeout", "300ms"));
        store.commit(create(NAME, document(1)));
        try (Connection other = server.connect();
                Statement statement = other.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE " + schema + ".kolumn_state");
            Future<?> blocked = threads.submit(() -> store.head(NAME));
            Awaitility.await()
                    .until(() -> server.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                    + " AND query LIKE '%" + schema + "%'")
                            .equals("1"));

            Unavailable busy = Objects.requireNonNull(
                    catchThrowableOfType(Unavailable.class, () -> store.history(NAME, Long.MAX_VALUE, 10)));
            assertThat(busy).hasMessageContaining("no connection free").hasMessageContaining("max_conns");
            other.rollback();
            blocked.get();
        }
    }

    @Test
    void aStatementTimeoutIsSaidAndNothingIsUncertain() throws Exception {
        server.execute(
                "DO $$ BEGIN CREATE ROLE impatient LOGIN SUPERUSER; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        server.execute("ALTER ROLE impatient SET statement_timeout = '200ms'");
        PostgresStore store = store(Map.of("username", "impatient"));
        store.commit(create(NAME, document(1)));
        StateHead head = store.head(NAME).orElseThrow();
        try (Connection other = server.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT 1 FROM " + schema + ".kolumn_state FOR UPDATE");
            Unavailable late = Objects.requireNonNull(
                    catchThrowableOfType(Unavailable.class, () -> store.commit(write(head, document(2)))));
            assertThat(late).hasMessageContaining("statement_timeout");
            assertThat(late.outcomeUnknown()).isFalse();
            other.rollback();
        }
        assertThat(store.commit(write(head, document(2)))).isTrue();
    }

    /** As after a failover: the old primary comes back as a standby, and may become the primary again. */
    @Test
    void aStandbyIsNeitherWrittenNorReadUntilItIsPromoted() throws Exception {
        try (CrashingPostgres server = CrashingPostgres.start()) {
            PostgresStore store = TestPostgres.open(server.config("public"));
            open.add(store);
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            StateHead head = store.head(NAME).orElseThrow();

            server.crash();
            server.becomeStandby();
            server.restart();

            assertThat(refusal(store)).hasMessageContaining("standby");
            Unavailable refused = Objects.requireNonNull(
                    catchThrowableOfType(Unavailable.class, () -> store.commit(write(head, document(2)))));
            assertThat(refused.outcomeUnknown()).isFalse();
            PostgresStore opened = TestPostgres.open(server.config("public"));
            open.add(opened);
            assertThat(refusal(opened)).hasMessageContaining("is a standby");

            server.promote();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(opened.check().healthy()).isTrue());
            assertThat(store.commit(write(head, document(2)))).isTrue();
        }
    }

    /** Nothing that was acknowledged is lost, no refusal lasts, and after each crash all go on. */
    @Test
    void aServerThatIsKilledUnderLoadLosesNothing() throws Exception {
        try (CrashingPostgres crashing = CrashingPostgres.start()) {
            Map<String, String> config = crashing.config("public");
            PostgresStore store = TestPostgres.open(config);
            open.add(store);
            StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
            Map<StateName, Long> acknowledged = new ConcurrentHashMap<>();
            AtomicBoolean ended = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(4);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> writers = new ArrayList<>();
                for (int writer = 0; writer < 4; writer++) {
                    StateName name = StateName.of("writer-" + writer);
                    writers.add(threads.submit(() -> keepWriting(backend, name, acknowledged, ended, begun)));
                }
                begun.await();
                for (int kill = 0; kill < 3; kill++) {
                    awaitProgress(acknowledged);
                    crashing.crash();
                    crashing.restart();
                }
                awaitProgress(acknowledged);
                ended.set(true);
                for (Future<?> writer : writers) {
                    writer.get(60, TimeUnit.SECONDS);
                }
            }
            assertThat(acknowledged).hasSize(4);
            acknowledged.forEach((name, serial) ->
                    assertThat(backend.current(name).orElseThrow().serial()).isGreaterThanOrEqualTo(serial));
        }
    }

    private static void awaitProgress(Map<StateName, Long> acknowledged) {
        Map<StateName, Long> before = Map.copyOf(acknowledged);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> before.entrySet().stream()
                        .allMatch(writer -> acknowledged.get(writer.getKey()) > writer.getValue() + 1));
    }

    private static void keepWriting(
            StateBackend backend,
            StateName name,
            Map<StateName, Long> acknowledged,
            AtomicBoolean ended,
            CountDownLatch begun) {
        for (long serial = 1; !ended.get(); serial++) {
            StateDocument document = document(serial);
            String lock = "lock-" + serial;
            retried(ended, () -> backend.lock(name, LockInfo.of(lock, "w", "apply"), LockOptions.none()));
            retried(ended, () -> backend.put(name, document, WriteOptions.none().withLock(lock)));
            if (!ended.get()) {
                acknowledged.put(name, serial);
            }
            retried(ended, () -> backend.unlock(name, lock));
            begun.countDown();
        }
    }

    /** As a client does: a 5xx is tried again, anything else would fail the test. */
    private static void retried(AtomicBoolean ended, Runnable call) {
        while (true) {
            try {
                call.run();
                return;
            } catch (Unavailable e) {
                if (ended.get()) {
                    return;
                }
                sleep(20);
            } catch (StateException e) {
                throw new AssertionError("A lasting refusal", e);
            }
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
