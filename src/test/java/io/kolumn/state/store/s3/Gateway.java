package io.kolumn.state.store.s3;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;

/** A real {@code versitygw}: an S3 gateway to a folder, as a process of its own that ends with this one, however it ends. */
final class Gateway implements AutoCloseable {

    private static final String ACCESS_KEY = "kolumn-tests";
    private static final String SECRET_KEY = "the-secret-of-the-tests";

    /** The shell reads until nobody can write to it any more. */
    private static final String ENDS_WITH_ITS_INPUT = "\"$@\" </dev/null & read -r _; kill $!; wait $!";

    private final Process process;
    private final TestS3 store;

    private Gateway(Process process, TestS3 store) {
        this.process = process;
        this.store = store;
    }

    /** @param folder on a file system with extended attributes; others may be started on it too */
    static Gateway start(Path folder) {
        try {
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(
                            "sh",
                            "-c",
                            ENDS_WITH_ITS_INPUT,
                            "versitygw",
                            "versitygw",
                            "--port",
                            "127.0.0.1:" + port,
                            "--quiet",
                            "posix",
                            folder.toAbsolutePath().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
            builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
            Process process = builder.start();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return true;
            });
            return new Gateway(process, TestS3.at("http://127.0.0.1:" + port, ACCESS_KEY, SECRET_KEY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    TestS3 store() {
        return store;
    }

    @Override
    public void close() throws IOException {
        store.close();
        process.getOutputStream().close();
        process.onExit().join();
    }
}
