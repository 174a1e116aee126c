package io.kolumn.state;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * PUT, GET, LOCK with UNLOCK, and lists of a hundred through the service over PostgreSQL, beside upserts and selects of the
 * same bytes, compressed alike, by a bare JDBC loop on the same database: same sizes and numbers of clients, each client with its own state
 * or row (a lock is set beside an upsert, a list beside a select). The two take turns; what is printed are medians of the
 * rounds. {@code bench/postgres.sh} runs it.
 */
public final class PostgresBenchmark {

    private final URI service;
    private final String database;
    private final Duration length;
    private final int rounds;
    private final List<AutoCloseable> open = new ArrayList<>();

    private PostgresBenchmark(URI service, String database, Duration length, int rounds) {
        this.service = service;
        this.database = database;
        this.length = length;
        this.rounds = rounds;
    }

    /** {@code <url of the service> <JDBC url> <seconds> <rounds> [<operation>:<size>:<clients>...]}. */
    public static void main(String... args) throws Exception {
        Duration length = Duration.ofMillis((long) (1000 * Double.parseDouble(args[2])));
        PostgresBenchmark benchmark =
                new PostgresBenchmark(URI.create(args[0]), args[1], length, Integer.parseInt(args[3]));
        List<String> cases = new ArrayList<>(List.of(args).subList(4, args.length));
        if (cases.isEmpty()) {
            for (String operation : List.of("put", "get")) {
                for (int size : List.of(1024, 100 * 1024, 1024 * 1024)) {
                    for (int clients : List.of(1, 8, 32)) {
                        cases.add(operation + ":" + size + ":" + clients);
                    }
                }
            }
            cases.addAll(List.of("lock:1024:1", "lock:1024:8", "lock:1024:32", "list:1024:8"));
        }
        System.out.println(
                "| operation | size | clients | ours/s | bare/s | ratio | ours p50, p99 ms | bare p50, p99 ms |"
                        + " ratio of p99 |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        benchmark.makeTable();
        benchmark.warmUp();
        for (String one : cases) {
            String[] parts = one.split(":", -1);
            benchmark.compare(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
    }

    private void makeTable() throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS bare");
            statement.execute("CREATE TABLE bare (name text PRIMARY KEY, content bytea)");
            statement.execute("ALTER TABLE bare ALTER COLUMN content SET COMPRESSION lz4");
        }
    }

    /** Until the service's code is compiled: it has two processors at most, and shares them. WARM says how often. */
    private void warmUp() throws Exception {
        int times = Integer.parseInt(System.getenv().getOrDefault("WARM", "2"));
        for (int time = 0; time < times; time++) {
            warmUpOnce();
        }
        closeAll();
    }

    private void warmUpOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (String operation : List.of("put", "get", "lock", "list", "put")) {
                for (int size : List.of(1024, 100 * 1024)) {
                    Load.measure(threads, Load.calls(8, client -> ours(operation, size, client)), length);
                }
            }
        }
    }

    private void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        open.clear();
    }

    private void compare(String operation, int size, int clients) throws Exception {
        List<Load.Call> ours = Load.calls(clients, client -> ours(operation, size, client));
        List<Load.Call> bare = Load.calls(clients, client -> bare(operation, size, client));
        List<Load.Result> our = new ArrayList<>();
        List<Load.Result> their = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int round = -1; round < rounds; round++) {
                Load.Result one = Load.measure(threads, ours, length);
                Load.Result other = Load.measure(threads, bare, length);
                if (round >= 0) {
                    our.add(one);
                    their.add(other);
                }
            }
        }
        closeAll();
        double rate = Load.median(our.stream().map(Load.Result::rate).toList());
        double bareRate = Load.median(their.stream().map(Load.Result::rate).toList());
        double p99 = Load.median(our.stream().map(Load.Result::p99).toList());
        double bareP99 = Load.median(their.stream().map(Load.Result::p99).toList());
        System.out.printf(
                Locale.ROOT,
                "| %s | %d KiB | %d | %.0f | %.0f | %.2f | %.1f, %.1f | %.1f, %.1f | %.1f |%n",
                operation,
                size / 1024,
                clients,
                rate,
                bareRate,
                rate / bareRate,
                Load.median(our.stream().map(Load.Result::median).toList()),
                p99,
                Load.median(their.stream().map(Load.Result::median).toList()),
                bareP99,
                p99 / bareP99);
    }

    private Load.Call ours(String operation, int size, int client) throws IOException {
        ServiceClient http = new ServiceClient(service);
        open.add(http);
        String path = "/v1/states/bench/" + size + "-" + client;
        String lock = "/terraform/bench/lock-" + client;
        byte[] info = ("{\"ID\":\"" + client + "\",\"Who\":\"bench\"}").getBytes(StandardCharsets.UTF_8);
        RisingDocument document = new RisingDocument(size);
        http.send("DELETE", path, new byte[0]);
        http.send("PUT", path, document.next());
        return switch (operation) {
            case "put" -> () -> http.send("PUT", path, document.next());
            case "get" -> () -> http.send("GET", path, new byte[0]);
            case "list" -> () -> http.send("GET", "/v1/states?limit=100", new byte[0]);
            default ->
                () -> {
                    http.send("LOCK", lock, info);
                    http.send("UNLOCK", lock, info);
                };
        };
    }

    private Load.Call bare(String operation, int size, int client) throws SQLException {
        Connection connection = DriverManager.getConnection(database);
        open.add(connection);
        RisingDocument document = new RisingDocument(size);
        String name = size + "-" + client;
        PreparedStatement put = connection.prepareStatement("INSERT INTO bare (name, content) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET content = excluded.content");
        PreparedStatement get = connection.prepareStatement("SELECT content FROM bare WHERE name = ?");
        Load.Call write = () -> {
            put.setString(1, name);
            put.setBytes(2, document.next());
            put.executeUpdate();
        };
        Load.Call read = () -> {
            get.setString(1, name);
            try (ResultSet rows = get.executeQuery()) {
                rows.next();
                if (rows.getBytes(1).length != size) {
                    throw new IllegalStateException("Not the bytes");
                }
            }
        };
        try {
            write.once();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return operation.equals("get") || operation.equals("list") ? read : write;
    }
}
