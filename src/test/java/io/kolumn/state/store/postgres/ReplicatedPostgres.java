package io.kolumn.state.store.postgres;

import io.kolumn.state.TestFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real primary with a real standby, of the binaries on the test class path; the standby begins as a copy of its files. */
final class ReplicatedPostgres implements AutoCloseable {

    private final int primaryPort;
    private final int standbyPort;
    private final Path primaryData;
    private EmbeddedPostgres primary;
    private EmbeddedPostgres standby;

    private ReplicatedPostgres() throws IOException {
        primaryPort = freePort();
        standbyPort = freePort();
        primaryData = TestFolder.temporary("primary-postgres");
        primary = started(primaryData, primaryPort);
        primary.close();
        Path copy = TestFolder.temporary("standby-postgres");
        copy(primaryData, copy);
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + primaryPort + " user=postgres application_name=standby'\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        primary = started(primaryData, primaryPort);
        standby = started(copy, standbyPort);
    }

    static ReplicatedPostgres start() throws IOException {
        return new ReplicatedPostgres();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(file)
                        && !file.endsWith("postmaster.pid")
                        && !file.endsWith("epg-lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static EmbeddedPostgres started(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("wal_level", "replica")
                .setServerConfig("hot_standby", "on")
                .setServerConfig("wal_keep_size", "64MB")
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    int primary() {
        return primaryPort;
    }

    int standby() {
        return standbyPort;
    }

    /** The standby shows what happened so long ago. */
    void delayStandby(String delay) {
        set(standbyPort, "recovery_min_apply_delay", delay);
    }

    /** Waits until the standby shows all that the primary has. */
    void awaitStandby() {
        String there = ask(primaryPort, "SELECT pg_current_wal_flush_lsn()");
        Awaitility.await()
                .until(() -> ask(standbyPort, "SELECT pg_last_wal_replay_lsn() >= '" + there + "'")
                        .equals("t"));
    }

    static void set(int port, String setting, String value) {
        execute(port, "ALTER SYSTEM SET " + setting + " = '" + value + "'");
        execute(port, "SELECT pg_reload_conf()");
        Awaitility.await().until(() -> ask(port, "SHOW " + setting).equals(value));
    }

    void stopPrimary() throws IOException {
        primary.close();
    }

    void promoteStandby() {
        execute(standbyPort, "SELECT pg_promote()");
    }

    Map<String, String> config(int port) {
        Map<String, String> config = new HashMap<>();
        config.put("host", "127.0.0.1");
        config.put("port", String.valueOf(port));
        config.put("database", "postgres");
        config.put("username", "postgres");
        config.put("ssl_mode", "disable");
        return config;
    }

    static void execute(int port, String sql) {
        ask(port, sql);
    }

    static String ask(int port, String sql) {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public void close() {
        try (EmbeddedPostgres first = primary;
                EmbeddedPostgres second = standby) {
            // both are stopped
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
