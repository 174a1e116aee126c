package io.kolumn.state.store.s3;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A real S3 server for tests (S3Proxy, its contents in memory), as a process of its own that ends with this one.
 *
 * <p>What it gets wrong, and what is done about it here: it checks a condition and writes in two steps, so that several
 * racers of one object win; requests of one path are therefore handed to it one after the other. It closes its
 * connection after a refusal without reading the body; here the body is read to its end. It encrypts nothing; what was
 * asked for is remembered here, and {@link S3Door} says it in the answers. Its own check of signatures would forbid the
 * doors to change a request, so it has none, and they check instead.
 */
final class S3Server implements AutoCloseable {

    static final String ACCESS_KEY = "kolumn-tests";
    static final String SECRET_KEY = "the-secret-of-the-tests";

    /** The headers by which a client asks for encryption, and a store says what it did. */
    static final List<String> ENCRYPTION =
            List.of("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id");

    private static final Pattern LISTENS = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");
    private static final int SMALL = 1 << 20;

    private final Process process;
    private final int port;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Map<String, String> tags = new ConcurrentHashMap<>();
    private final Map<String, HttpHead> encryption = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    private S3Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param heap of the server, which holds all that is stored, as the JVM takes it (512m) */
    static S3Server start(String heap) {
        try {
            Path properties = Files.createTempFile("s3-server", ".properties");
            Files.writeString(properties, """
                    s3proxy.endpoint=http://127.0.0.1:0
                    s3proxy.authorization=none
                    s3proxy.ignore-unknown-headers=true
                    s3proxy.v4-max-non-chunked-request-size=1000000000
                    jclouds.provider=transient-nio2
                    jclouds.identity=unused
                    jclouds.credential=unused
                    """);
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx" + heap,
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            jar() + System.getProperty("path.separator") + ownClasses(),
                            S3ServerProcess.class.getName(),
                            "--properties",
                            properties.toString()))
                    .redirectErrorStream(true)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            S3Server server = new S3Server(process, port(process));
            Files.delete(properties);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar() {
        Path jar = Path.of("target/s3proxy.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("./mvnw process-test-resources lays the S3 server at " + jar);
        }
        return jar;
    }

    private static Path ownClasses() {
        return Path.of("target/test-classes");
    }

    /**
     * As the server's log says it; what it says later is read too, lest it waits for a reader. Not by a virtual thread: to read
     * from a process pins its carrier, and two of them would stop every virtual thread on two processors.
     */
    private static int port(Process process) throws IOException {
        BufferedReader log =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            all.append(line).append('\n');
            Matcher listens = LISTENS.matcher(line);
            if (listens.find()) {
                Thread.ofPlatform().daemon().start(() -> log.lines().forEach(ignored -> {}));
                return Integer.parseInt(listens.group(1));
            }
        }
        throw new IOException("The S3 server did not start:\n" + all);
    }

    /** The tag of what was last stored at a path through any door; null where nothing is. */
    @Nullable
    String tag(String path) {
        return tags.get(path);
    }

    /** The head of the request that stored what is at a path; it says which encryption was asked for. */
    HttpHead encryption(String path) {
        return encryption.getOrDefault(path, new HttpHead("", List.of()));
    }

    /** Has the server do it, alone on its path until the answer is read. */
    S3Answer answer(S3Call call, S3Body body) throws IOException {
        ReentrantLock lock = locks.computeIfAbsent(call.path(), path -> new ReentrantLock());
        lock.lock();
        boolean held = true;
        try {
            Connection connection = connection();
            S3Answer answer;
            try {
                answer = connection.exchange(call, body);
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
            remember(call, answer);
            if (answer.length() <= SMALL) {
                try (answer) {
                    return answer.length() == 0
                            ? new S3Answer(answer.head(), InputStream.nullInputStream(), 0, () -> {})
                            : S3Answer.of(answer.head(), answer.wholeBody());
                }
            }
            held = false;
            return new S3Answer(answer.head(), answer.body(), answer.length(), () -> {
                answer.close();
                lock.unlock();
            });
        } finally {
            if (held) {
                lock.unlock();
            }
        }
    }

    private void remember(S3Call call, S3Answer answer) {
        if (call.key().isEmpty() || answer.status() >= 300) {
            return;
        }
        if (call.method().equals("PUT")) {
            String tag = answer.head().header("ETag");
            tags.put(call.path(), tag == null ? "" : tag);
            encryption.put(call.path(), call.head());
        } else if (call.method().equals("DELETE")) {
            tags.remove(call.path());
            encryption.remove(call.path());
        }
    }

    private Connection connection() throws IOException {
        for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
            if (one.fresh()) {
                return one;
            }
            one.close();
        }
        return new Connection(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        idle.forEach(Connection::close);
    }

    /** A connection to the server, which is kept only after answers that leave no doubt where the next one begins. */
    private final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private long used;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        }

        boolean fresh() {
            return System.nanoTime() - used < 5_000_000_000L;
        }

        S3Answer exchange(S3Call call, S3Body body) throws IOException {
            call.head()
                    .without("Expect")
                    .without("Transfer-Encoding")
                    .with("Content-Length", String.valueOf(body.length()))
                    .write(out);
            body.writeTo(out);
            try {
                out.flush();
            } catch (IOException e) {
                // it has answered already
            }
            HttpHead head = HttpHead.read(in);
            if (head == null) {
                throw new IOException("The server closed the connection without an answer");
            }
            boolean kept = (head.status() < 300 || head.status() == 304 || head.status() == 404)
                    && !head.says("Connection", "close");
            head = head.without("Connection");
            if (call.method().equals("HEAD") || head.status() == 204 || head.status() == 304) {
                return new S3Answer(head, InputStream.nullInputStream(), 0, () -> end(kept));
            }
            if (head.says("Transfer-Encoding", "chunked")) {
                S3Answer whole = S3Answer.of(head, HttpHead.dechunked(in));
                return new S3Answer(whole.head(), whole.body(), whole.length(), () -> end(kept));
            }
            if (head.length() < 0) {
                S3Answer whole = S3Answer.of(head, in.readAllBytes());
                return new S3Answer(whole.head(), whole.body(), whole.length(), () -> end(false));
            }
            return new S3Answer(head, in, head.length(), () -> end(kept));
        }

        private void end(boolean kept) {
            if (kept) {
                used = System.nanoTime();
                idle.addFirst(this);
            } else {
                close();
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone already
            }
        }
    }
}
