package io.kolumn.state.store.postgres;

import io.kolumn.state.TestFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real PostgreSQL that is killed, as by a power cut of its machine's processes, and started again on the same data. */
final class CrashingPostgres implements AutoCloseable {

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    private CrashingPostgres(Path data, int port) throws IOException {
        this.data = data;
        this.port = port;
        this.server = started();
    }

    static CrashingPostgres start() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        return new CrashingPostgres(TestFolder.temporary("crashing-postgres"), port);
    }

    private EmbeddedPostgres started() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    Map<String, String> config(String schema) {
        Map<String, String> config = new HashMap<>();
        config.put("port", String.valueOf(port));
        config.put("database", "postgres");
        config.put("username", "postgres");
        config.put("schema", schema);
        config.put("ssl_mode", "disable");
        return config;
    }

    /** SIGKILL for the first process of the server; the others end when they see that it is gone. */
    void crash() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
        ProcessHandle first = ProcessHandle.of(pid).orElseThrow();
        first.destroyForcibly();
        first.onExit().join();
        try {
            server.close(); // gives the folder free
        } catch (IOException | RuntimeException e) {
            // there is nothing left to stop
        }
    }

    /** From its next start on, until it is promoted. */
    void becomeStandby() throws IOException {
        Files.createFile(data.resolve("standby.signal"));
    }

    void promote() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_promote()");
        }
    }

    void restart() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            server = started();
            return true;
        });
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
