package io.kolumn.state;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.transfer.Migration;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A migration from local files to PostgreSQL beside a bare copy of the same documents: as many threads, each of which reads a file and
 * inserts it as one row in a transaction of its own. The migration also locks, carries records, and reads everything back. Where
 * it locks, also how fast as many threads replace a small file durably, twice for each state: no lock that survives a crash can be
 * taken and given back with less. Run by bench/migrate.sh: folder, port of the server, threads, rounds, whether the source is
 * locked, then {@code states:bytes} for each case.
 */
public final class MigrateBenchmark {

    private final Path folder;
    private final int port;
    private final int threads;
    private final boolean locking;

    private MigrateBenchmark(Path folder, int port, int threads, boolean locking) {
        this.folder = folder;
        this.port = port;
        this.threads = threads;
        this.locking = locking;
    }

    public static void main(String... args) throws Exception {
        MigrateBenchmark benchmark = new MigrateBenchmark(
                Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Boolean.parseBoolean(args[4]));
        int rounds = Integer.parseInt(args[3]);
        for (int i = 5; i < args.length; i++) {
            String[] parts = args[i].split(":");
            benchmark.compare(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), rounds);
        }
    }

    private void compare(int states, int size, int rounds) throws Exception {
        Path place = folder.resolve(states + "-" + size);
        Map<String, String> local = Map.of("path", place.resolve("k.klstate").toString());
        List<StateName> names = fill(local, states, size);
        Path small = folder.resolve("small");
        for (int round = 0; round < rounds; round++) {
            double bare = rate(states, () -> bare(place, names));
            double ours = rate(states, () -> migrate(local, states));
            System.out.printf(
                    Locale.ROOT,
                    "%6d x %8d bytes  bare %8.1f states/s %7.1f MB/s  migrate %8.1f states/s %7.1f MB/s  ratio %.2f%n",
                    states,
                    size,
                    bare,
                    bare * size / 1e6,
                    ours,
                    ours * size / 1e6,
                    ours / bare);
            if (locking) {
                double files = rate(
                        states,
                        () -> inThreads(
                                i -> replaceTwice(small.resolve(names.get(i).value())), states));
                System.out.printf(
                        Locale.ROOT, "%31stwo durable files %8.1f states/s  of bare %.2f%n", "", files, files / bare);
            }
        }
    }

    /** Staged, synced, renamed, and the name of it synced. */
    private static void replaceTwice(Path state) throws Exception {
        Files.createDirectories(state);
        Path staged = state.resolve("staged");
        for (int change = 0; change < 2; change++) {
            try (FileChannel channel =
                    FileChannel.open(staged, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(700));
                channel.force(false);
            }
            Files.move(staged, state.resolve("head"), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel channel = FileChannel.open(state, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private interface Work {
        void on(int number) throws Exception;
    }

    private Object inThreads(Work work, int states) throws Exception {
        AtomicInteger next = new AtomicInteger();
        return inThreads(() -> {
            for (int i = next.getAndIncrement(); i < states; i = next.getAndIncrement()) {
                work.on(i);
            }
            return states;
        });
    }

    private Object inThreads(Callable<?> work) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (Future<?> worker : workers.invokeAll(Collections.nCopies(threads, work))) {
                worker.get();
            }
        }
        return threads;
    }

    private static double rate(int states, Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return states / ((System.nanoTime() - start) / 1e9);
    }

    private static List<StateName> fill(Map<String, String> local, int states, int size) {
        List<StateName> names = new ArrayList<>();
        try (StateBackend source = BackendFactory.withBuiltIns().create("local", local)) {
            for (int i = 0; i < states; i++) {
                StateName name = StateName.of("team-" + i % 50 + "/state-" + i);
                names.add(name);
                source.put(name, document(i, size), WriteOptions.by("bench"));
            }
        }
        return names;
    }

    /** Like Terraform's own JSON: much alike, but no two resources the same. */
    private static StateDocument document(int seed, int size) {
        StringBuilder text = new StringBuilder(size + 400)
                .append("{\"version\": 4, \"serial\": 1, \"lineage\": \"l-")
                .append(seed)
                .append("\", \"outputs\": {}, \"resources\": [{}");
        for (int i = 0; text.length() < size - 260; i++) {
            text.append(
                            ",\n{\"mode\": \"managed\", \"type\": \"aws_instance\", \"name\": \"web\", \"instances\": [{\"attributes\": {\"id\": \"i-")
                    .append(Integer.toHexString(seed * 31 + i * 7919))
                    .append("\", \"ami\": \"ami-")
                    .append(Integer.toHexString(i * 104729))
                    .append("\", \"tags\": {\"Name\": \"web-")
                    .append(i)
                    .append("\"}}}]}");
        }
        text.append("], \"filler\": \"");
        text.append("x".repeat(Math.max(0, size - text.length() - 2))).append("\"}");
        return StateDocument.parse(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Object migrate(Map<String, String> local, int states) throws SQLException {
        execute("DROP SCHEMA IF EXISTS migrated CASCADE");
        BackendFactory factory = BackendFactory.withBuiltIns();
        Map<String, String> postgres = Map.of(
                "host", "127.0.0.1",
                "port", Integer.toString(port),
                "database", "postgres",
                "username", "postgres",
                "schema", "migrated",
                "max_conns", Integer.toString(threads * 2),
                "max_idle_conns", Integer.toString(threads),
                "ssl_mode", "disable");
        try (StateBackend source = factory.create("local", local);
                StateBackend target = factory.create("postgres", postgres)) {
            Report report = new Report();
            Migration migration = new Migration(
                    source,
                    target,
                    new Migration.Settings("bench", "bench", threads, locking, Duration.ZERO, "", OnConflict.FAIL),
                    report,
                    () -> false);
            migration.run(migration.states());
            if (report.count(Outcome.Kind.BROUGHT) != states || report.verified() != states) {
                throw new IllegalStateException("Not all arrived: " + report.failures());
            }
        }
        return states;
    }

    private Object bare(Path place, List<StateName> names) throws Exception {
        execute("DROP TABLE IF EXISTS bare");
        execute("CREATE TABLE bare (name text COLLATE \"C\" PRIMARY KEY, content bytea COMPRESSION lz4 NOT NULL)");
        AtomicInteger next = new AtomicInteger();
        return inThreads(() -> copy(place, names, next));
    }

    private Object copy(Path place, List<StateName> names, AtomicInteger next) throws Exception {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO bare VALUES (?, ?)")) {
            for (int i = next.getAndIncrement(); i < names.size(); i = next.getAndIncrement()) {
                insert.setString(1, names.get(i).value());
                insert.setBytes(2, Files.readAllBytes(place.resolve(names.get(i) + ".klstate")));
                insert.executeUpdate();
            }
        }
        return names;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&sslmode=disable");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
