package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContract;
import io.kolumn.state.StoreBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The contract through a real PgBouncer that gives each transaction another of few sessions. In CI it has to be there. */
class PoolerTest extends StateStoreContract {

    @TempDir
    static Path folder;

    private static Process pooler;
    private static int port;

    private final String schema = TestPostgres.newSchema();

    @BeforeAll
    static void start() throws IOException {
        String program = program();
        if (System.getenv("CI") != null) {
            assertThat(program).as("pgbouncer, which CI must not skip").isNotEmpty();
        }
        assumeTrue(!program.isEmpty(), "pgbouncer is not installed");
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(folder.resolve("users"), "\"postgres\" \"\"\n");
        Path configuration = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                by_statement = host=127.0.0.1 port=%1$d dbname=postgres pool_mode=statement
                * = host=127.0.0.1 port=%1$d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %2$d
                unix_socket_dir =
                auth_type = trust
                auth_file = %3$s
                pool_mode = transaction
                default_pool_size = 4
                max_client_conn = 500
                """.formatted(
                        TestPostgres.shared().port(), port, folder.resolve("users")));
        List<String> command = new ArrayList<>(List.of(program));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(configuration.toString());
        pooler = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await().ignoreExceptions().until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private static String program() {
        return List.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer").stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElse("");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (pooler != null) {
            pooler.destroy();
            pooler.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Override
    protected StateStore open() {
        Map<String, String> config = TestPostgres.shared().config(schema);
        config.put("port", String.valueOf(port));
        return TestPostgres.open(config);
    }

    /** More than the driver sends before it waits for answers, and from several sides at once. */
    @Test
    void manyCommitsGoThroughTogether() throws Exception {
        try (StateStore store = open();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            StoreBatch batch = store.batch().orElseThrow();
            List<Future<List<Boolean>>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String folder = "team-" + thread + "/";
                done.add(threads.submit(() -> batch.commit(IntStream.range(0, 300)
                        .mapToObj(number -> create(StateName.of(folder + number), document(number)))
                        .toList())));
            }
            for (Future<List<Boolean>> some : done) {
                assertThat(some.get()).hasSize(300).containsOnly(true);
            }
            List<StateName> names = IntStream.range(0, 300)
                    .mapToObj(number -> StateName.of("team-3/" + number))
                    .toList();
            batch.read(names)
                    .forEach((name, versions) -> assertThat(versions)
                            .singleElement()
                            .satisfies(stored -> assertThat(
                                            "team-3/" + stored.document().serial())
                                    .isEqualTo(name.value())));
            assertThat(batch.read(names)).hasSize(300);
            assertThat(batch.commit(names.stream()
                            .map(name -> write(store.head(name).orElseThrow(), document(1000)))
                            .toList()))
                    .containsOnly(true);
        }
    }

    /** It allows no transaction. */
    @Test
    void aPoolerInStatementModeIsSaid() {
        Map<String, String> config = TestPostgres.shared().config(schema);
        config.put("port", String.valueOf(port));
        config.put("database", "by_statement");
        try (StateStore store = TestPostgres.open(config)) {
            assertThatThrownBy(() -> store.head(StateName.of("prod")))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("statement mode")
                    .hasMessageContaining("Set its pool_mode to transaction or session");
            assertThat(store.check().problem()).contains("statement mode");
        }
    }

    /** Else the contract above would say nothing of poolers. */
    @Test
    void noStatementHasANameInAnySession() {
        try (StateStore store = open()) {
            store.head(StateName.of("prod"));
            store.head(StateName.of("prod"));
        }
        Map<String, String> config = TestPostgres.shared().config(schema);
        config.put("port", String.valueOf(port));
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres?prepareThreshold=0", "postgres", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*), pg_backend_pid() FROM pg_prepared_statements WHERE name <> ''")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
            assertThat(rows.getInt(2))
                    .isNotEqualTo(connection.unwrap(PGConnection.class).getBackendPID());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
