package io.kolumn.state.store.postgres;

import io.kolumn.state.TestServers;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.StoreConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests, in a container or of the binaries on the test class path ({@link TestServers}). One server for
 * all tests of a JVM; each test gets a schema of its own in it.
 */
public final class TestPostgres implements AutoCloseable {

    /** The major version that all tests share. */
    private static final int USUAL = 17;

    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final Map<Integer, TestPostgres> OTHERS = new ConcurrentHashMap<>();

    private final int port;
    private final AutoCloseable server;

    private TestPostgres(int port, AutoCloseable server) {
        this.port = port;
        this.server = server;
    }

    private static final class Shared {
        private static final TestPostgres SERVER = start();
    }

    /** The server that all tests share; it ends with the JVM. */
    public static TestPostgres shared() {
        return Shared.SERVER;
    }

    /** A server of one's own, to be stopped. */
    public static TestPostgres start() {
        return TestServers.containers() ? contained(USUAL) : embedded();
    }

    /** An embedded server of one's own, to be stopped: for tests that look into its files. */
    static TestPostgres embedded() {
        return embedded(EmbeddedPostgres.builder());
    }

    /**
     * Whether that other major version can be started: in a container, or where the build laid its binaries beside the classes,
     * as it does where they are made for the machine.
     */
    static boolean has(int version) {
        return TestServers.containers() || Files.exists(jar(version));
    }

    /** A server of another major version; one for all tests that ask before it is closed. */
    static TestPostgres of(int version) {
        return OTHERS.computeIfAbsent(
                version,
                missing -> TestServers.containers()
                        ? contained(version)
                        : embedded(EmbeddedPostgres.builder()
                                .setPgBinaryResolver((system, architecture) -> binaries(jar(version)))));
    }

    /** Ends the server of another major version, if it was started. */
    static void end(int version) {
        TestPostgres server = OTHERS.remove(version);
        if (server != null) {
            server.close();
        }
    }

    private static Path jar(int version) {
        return Path.of("target", "postgres-" + version + ".jar");
    }

    /** The one archive in the jar. */
    private static InputStream binaries(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow();
            return new ByteArrayInputStream(zip.getInputStream(archive).readAllBytes());
        }
    }

    private static TestPostgres embedded(EmbeddedPostgres.Builder builder) {
        try {
            EmbeddedPostgres server = builder.setServerConfig("max_connections", "200")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new TestPostgres(server.getPort(), server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It asks for no password either. */
    private static TestPostgres contained(int version) {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:" + version + "-alpine")
                .withDatabaseName("postgres")
                .withUsername("postgres")
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200", "-c", "synchronous_commit=on");
        container.start();
        return new TestPostgres(container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT), container);
    }

    public int port() {
        return port;
    }

    /** Makes a folder the embedded server's own, as it wants those of its tables. */
    void give(Path folder) throws IOException {
        Path data = Path.of(ask("SHOW data_directory"));
        Files.setOwner(folder, Files.getOwner(data));
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port() + "/postgres", "postgres", "");
    }

    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of the first row. */
    public String ask(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    public static String newSchema() {
        return "schema_" + SCHEMAS.incrementAndGet();
    }

    /** The keys of a store on this server. */
    public Map<String, String> config(String schema) {
        Map<String, String> config = new HashMap<>();
        config.put("port", String.valueOf(port()));
        config.put("database", "postgres");
        config.put("username", "postgres");
        config.put("schema", schema);
        config.put("max_conns", "8");
        config.put("ssl_mode", "disable");
        return config;
    }

    /** By the names of the environment, as a container gets them. */
    public Map<String, String> environment(String schema) {
        return environment(config(schema));
    }

    static Map<String, String> environment(Map<String, String> config) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KOLUMN_STATE_BACKEND", "postgres");
        config.forEach((key, value) -> environment.put("KOLUMN_STATE_POSTGRES_" + key.toUpperCase(Locale.ROOT), value));
        return environment;
    }

    public PostgresStore open(String schema) {
        return open(config(schema));
    }

    /** A store with these keys, as anybody opens one. */
    public static PostgresStore open(Map<String, String> config) {
        PostgresProvider provider = new PostgresProvider();
        StoreConfig checked = new BackendFactory(List.of(provider)).checked(PostgresProvider.TYPE, config);
        return (PostgresStore) provider.open(checked);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
