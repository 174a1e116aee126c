package io.kolumn.state.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What AWS Lambda is to a function: it hands out events one after the other by its runtime API and takes the answers. The
 * function is a JVM that runs the client of that API, as AWS's own does, with the unpacked zip as its task.
 */
final class FunctionRuntime implements AutoCloseable {

    private static final String API = "/2018-06-01/runtime/";
    private static final int PATIENCE = 60;

    private final HttpServer server;
    private final Process process;
    private final Path log;
    private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger requests = new AtomicInteger();

    private FunctionRuntime(Path task, String handler, List<String> properties) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(API + "invocation/next", this::handOut);
        server.createContext(API, this::take);
        server.start();
        log = Files.createTempFile("function", ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        properties.forEach(property -> command.add("-D" + property));
        command.addAll(List.of(
                "-Dkolumn.state.backend=memory",
                "-cp",
                client(),
                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                handler));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(task.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .put(
                        "AWS_LAMBDA_RUNTIME_API",
                        "127.0.0.1:" + server.getAddress().getPort());
        builder.environment().put("LAMBDA_TASK_ROOT", task.toString());
        builder.environment().put("LAMBDA_RUNTIME_DIR", task.resolve("none").toString());
        builder.environment().put("AWS_LAMBDA_FUNCTION_NAME", "kolumn-state");
        builder.environment().put("AWS_LAMBDA_FUNCTION_VERSION", "1");
        builder.environment().put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
        builder.environment().put("AWS_LAMBDA_LOG_GROUP_NAME", "tests");
        builder.environment().put("AWS_LAMBDA_LOG_STREAM_NAME", "tests");
        process = builder.start();
    }

    static FunctionRuntime start(Path task, String handler, String... properties) throws IOException {
        return new FunctionRuntime(task, handler, List.of(properties));
    }

    /** The jars of the client; nothing of the tests' class path beside it reaches the function. */
    private static String client() {
        return Stream.of(
                        "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                        "com.amazonaws.services.lambda.runtime.RequestHandler",
                        "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer",
                        "software.amazon.awssdk.utilslite.SdkInternalThreadLocal",
                        "org.crac.Core")
                .map(FunctionRuntime::jar)
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String jar(String type) {
        try {
            return Path.of(Class.forName(type, false, FunctionRuntime.class.getClassLoader())
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The function's answer to an event. */
    JsonNode invoke(byte[] event) throws InterruptedException {
        events.add(event);
        return Objects.requireNonNull(answers.poll(PATIENCE, TimeUnit.SECONDS), this::log);
    }

    /** What it said when it ended by itself. */
    String failure() throws InterruptedException {
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It did not end: " + log());
        }
        return log();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handOut(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] event = events.take();
            exchange.getResponseHeaders().add("Lambda-Runtime-Aws-Request-Id", "request-" + requests.incrementAndGet());
            exchange.getResponseHeaders()
                    .add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:1:function:kolumn-state");
            exchange.getResponseHeaders()
                    .add("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + 30_000));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, event.length);
            exchange.getResponseBody().write(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An answer, or an error in its place. */
    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = FunctionZipIT.json(exchange);
            exchange.sendResponseHeaders(202, -1);
            if (exchange.getRequestURI().getPath().startsWith(API + "invocation/")) {
                answers.add(body);
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        server.stop(0);
        Files.deleteIfExists(log);
    }
}
