package io.kolumn.state;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * PUT, GET, LOCK with UNLOCK, and lists of a hundred through the service over PostgreSQL, beside upserts and selects of the
 * same bytes, compressed alike, by a bare JDBC loop on the same database: same sizes and numbers of clients, each client with its own state
 * or row (a lock is set beside an upsert, a list beside a select). The two take turns; what is printed are medians of the
 * rounds. {@code bench/postgres.sh} runs it.
 */
public final class PostgresBenchmark {

    /** What one client does again and again. */
    private interface Call {
        void once() throws Exception;
    }

    private interface Calls {
        Call of(int client) throws Exception;
    }

    /** Calls for each second, and the milliseconds that half and 99 of 100 of them took at most. */
    private record Result(double rate, double median, double p99) {}

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

    /** Until the service's code is compiled: it has two processors at most, and shares them. */
    private void warmUp() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (String operation : List.of("put", "get", "lock", "list", "put")) {
                for (int size : List.of(1024, 100 * 1024)) {
                    measure(threads, calls(8, client -> ours(operation, size, client)));
                }
            }
        }
        closeAll();
    }

    private void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        open.clear();
    }

    private void compare(String operation, int size, int clients) throws Exception {
        List<Call> ours = calls(clients, client -> ours(operation, size, client));
        List<Call> bare = calls(clients, client -> bare(operation, size, client));
        List<Result> our = new ArrayList<>();
        List<Result> their = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int round = -1; round < rounds; round++) {
                Result one = measure(threads, ours);
                Result other = measure(threads, bare);
                if (round >= 0) {
                    our.add(one);
                    their.add(other);
                }
            }
        }
        closeAll();
        double rate = median(our.stream().map(Result::rate).toList());
        double bareRate = median(their.stream().map(Result::rate).toList());
        double p99 = median(our.stream().map(Result::p99).toList());
        double bareP99 = median(their.stream().map(Result::p99).toList());
        System.out.printf(
                Locale.ROOT,
                "| %s | %d KiB | %d | %.0f | %.0f | %.2f | %.1f, %.1f | %.1f, %.1f | %.1f |%n",
                operation,
                size / 1024,
                clients,
                rate,
                bareRate,
                rate / bareRate,
                median(our.stream().map(Result::median).toList()),
                p99,
                median(their.stream().map(Result::median).toList()),
                bareP99,
                p99 / bareP99);
    }

    private static List<Call> calls(int clients, Calls calls) throws Exception {
        List<Call> all = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            all.add(calls.of(client));
        }
        return all;
    }

    private Call ours(String operation, int size, int client) throws IOException {
        Client http = new Client(service);
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

    private Call bare(String operation, int size, int client) throws SQLException {
        Connection connection = DriverManager.getConnection(database);
        open.add(connection);
        RisingDocument document = new RisingDocument(size);
        String name = size + "-" + client;
        PreparedStatement put = connection.prepareStatement("INSERT INTO bare (name, content) VALUES (?, ?)"
                + " ON CONFLICT (name) DO UPDATE SET content = excluded.content");
        PreparedStatement get = connection.prepareStatement("SELECT content FROM bare WHERE name = ?");
        Call write = () -> {
            put.setString(1, name);
            put.setBytes(2, document.next());
            put.executeUpdate();
        };
        Call read = () -> {
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

    private Result measure(ExecutorService threads, List<Call> calls) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<Future<List<Long>>> running = new ArrayList<>();
        for (Call call : calls) {
            running.add(threads.submit(() -> {
                List<Long> took = new ArrayList<>();
                long before = System.nanoTime();
                while (before - end < 0) {
                    call.once();
                    long after = System.nanoTime();
                    took.add(after - before);
                    before = after;
                }
                return took;
            }));
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> thread : running) {
            all.addAll(thread.get());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(
                sorted.length / seconds, sorted[sorted.length / 2] / 1e6, sorted[(int) (sorted.length * 0.99)] / 1e6);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** One connection that is kept; as little of HTTP as the service's answers need, so that the client costs little. */
    private static final class Client implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream in;
        private final OutputStream out;

        Client(URI service) throws IOException {
            socket.connect(new InetSocketAddress(service.getHost(), service.getPort()));
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        }

        void send(String method, String path, byte[] body) throws IOException {
            String head = method + " " + path + " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length + "\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            String status = line();
            long length = 0;
            boolean chunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Long.parseLong(header.substring(15).strip());
                }
                chunked |= header.toLowerCase(Locale.ROOT).startsWith("transfer-encoding: chunked");
            }
            in.skipNBytes(length);
            for (int size = 1; chunked && size > 0; line()) {
                size = Integer.parseInt(line(), 16);
                in.skipNBytes(size);
            }
            if (!status.startsWith("HTTP/1.1 2") && !(method.equals("DELETE") && status.startsWith("HTTP/1.1 404"))) {
                throw new IOException(method + " " + path + ": " + status);
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("The service closed the connection");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
