package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A PostgreSQL of its own, of the machine's binaries, on loopback and with fsync on; a database for each package. Beside a
 * write stands an upsert, beside a read a select of the same bytes, by one JDBC connection for each client.
 */
final class PostgresStorage implements Storage {

    private final Path folder;
    private final Path programs;
    private final int port;
    private final AtomicBoolean running = new AtomicBoolean();
    private final Map<Subject, String> databases = new HashMap<>();

    private PostgresStorage(Path folder, Path programs, int port) {
        this.folder = folder;
        this.programs = programs;
        this.port = port;
    }

    /** Returns a new server, or empty if PostgreSQL is not installed. */
    static Optional<Storage> start(Path folder) throws Exception {
        Optional<Path> initdb = Programs.find("initdb", debian());
        if (initdb.isEmpty()) {
            return Optional.empty();
        }
        Path programs = initdb.get().toAbsolutePath().getParent();
        Files.createDirectories(folder);
        if (root()) { // which the server refuses
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
        PostgresStorage storage = new PostgresStorage(folder, programs, Service.freePort());
        storage.run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C");
        storage.run(
                "pg_ctl",
                "-w",
                "-l",
                folder.resolve("server.log").toString(),
                "-o",
                "-p " + storage.port + " -k " + folder
                        + " -c listen_addresses=127.0.0.1 -c shared_buffers=512MB -c max_wal_size=8GB",
                "start");
        storage.running.set(true);
        Runtime.getRuntime().addShutdownHook(new Thread(storage::endAtLast));
        try (Connection connection = storage.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bare (name text PRIMARY KEY, content bytea)");
            statement.execute("ALTER TABLE bare ALTER COLUMN content SET COMPRESSION lz4"); // as ours
        }
        return Optional.of(storage);
    }

    private static Stream<Path> debian() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin")).sorted().toList().reversed().stream();
        }
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.addAll(List.of(
                programs.resolve(program).toString(),
                "-D",
                folder.resolve("data").toString()));
        command.addAll(List.of(arguments));
        Programs.run(command, folder.resolveSibling(folder.getFileName() + "-" + program + ".log"));
    }

    /** The server is no child of this process, so that it has to be told also if this process is ended from outside. */
    private void endAtLast() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("bench/run: " + e.getMessage());
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres");
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public Map<String, String> settings(Subject subject) throws SQLException {
        String database = databases.get(subject);
        if (database == null) {
            database = "package_" + databases.size();
            try (Connection connection = connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + database);
            }
            databases.put(subject, database);
        }
        return Map.of(
                "kolumn.state.backend", "postgres",
                "kolumn.state.postgres.host", "127.0.0.1",
                "kolumn.state.postgres.port", Integer.toString(port),
                "kolumn.state.postgres.database", database,
                "kolumn.state.postgres.username", "postgres",
                "kolumn.state.postgres.ssl-mode", "disable",
                "kolumn.state.postgres.max-conns", "32");
    }

    @Override
    public Optional<BareCall> bare(Operation operation, int size, int client) throws SQLException {
        if (operation == Operation.CYCLE || operation == Operation.POST) {
            return Optional.empty();
        }
        Bare bare = new Bare(connect("postgres"), size + "-" + client, operation == Operation.GET, size);
        bare.write();
        return Optional.of(bare);
    }

    private static final class Bare implements BareCall {

        private final Connection connection;
        private final String name;
        private final boolean reads;
        private final int size;
        private final Documents documents;
        private final PreparedStatement put;
        private final PreparedStatement get;

        Bare(Connection connection, String name, boolean reads, int size) throws SQLException {
            this.connection = connection;
            this.name = name;
            this.reads = reads;
            this.size = size;
            this.documents = new Documents(size);
            this.put = connection.prepareStatement("INSERT INTO bare (name, content) VALUES (?, ?)"
                    + " ON CONFLICT (name) DO UPDATE SET content = excluded.content");
            this.get = connection.prepareStatement("SELECT content FROM bare WHERE name = ?");
        }

        @Override
        public void once() throws SQLException {
            if (reads) {
                read();
            } else {
                write();
            }
        }

        private void read() throws SQLException {
            get.setString(1, name);
            try (ResultSet rows = get.executeQuery()) {
                rows.next();
                if (rows.getBytes(1).length != size) {
                    throw new IllegalStateException("Not the bytes");
                }
            }
        }

        void write() throws SQLException {
            put.setString(1, name);
            put.setBytes(2, documents.next());
            put.executeUpdate();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    @Override
    public String bareLabel(Operation operation) {
        return operation == Operation.GET ? "select by JDBC" : "upsert by JDBC";
    }

    @Override
    public void close() throws IOException {
        if (!running.getAndSet(false)) {
            return;
        }
        try {
            run("pg_ctl", "-m", "fast", "stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
