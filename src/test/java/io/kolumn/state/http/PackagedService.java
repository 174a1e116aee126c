package io.kolumn.state.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The packaged service as a process of its own, on a free port of loopback. */
public final class PackagedService implements AutoCloseable {

    private static final Path JAR =
            Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    /** The native executable, where the build has made one; empty where it makes the JVM's package. */
    private static final String EXECUTABLE = System.getProperty("packaged.executable", "");

    private static final Pattern LISTENING = Pattern.compile(
            "Listening on: (http://127\\.0\\.0\\.1:\\d+)(?: and (https://127\\.0\\.0\\.1:\\d+))?(?=[\\s\"])");

    private final Process process;
    private final Path log;

    private PackagedService(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it in a folder; {@code options} are the JVM's. */
    public static PackagedService start(Path folder, Map<String, String> environment, List<String> options) {
        try {
            Path log = Files.createTempFile(folder, "service", ".log");
            List<String> all = new ArrayList<>(List.of("-Dquarkus.http.port=0"));
            all.addAll(options);
            ProcessBuilder builder =
                    new ProcessBuilder(command(all)).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new PackagedService(builder.redirectOutput(log.toFile()).start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * How the packaged program is started.
     *
     * @param options the JVM's; those that a native executable does not know are left out for it
     */
    public static List<String> command(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        if (EXECUTABLE.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(List.of("-jar", JAR.toString()));
        } else {
            command.add(EXECUTABLE);
            options.stream().filter(option -> !option.startsWith("-XX:")).forEach(command::add);
        }
        command.addAll(List.of(arguments));
        return command;
    }

    public Process process() {
        return process;
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it listens; waits until it does. */
    public URI url() {
        return URI.create(listening().group(1));
    }

    /** Where it listens with TLS; waits until it does. */
    public URI tlsUrl() {
        return URI.create(listening().group(2));
    }

    private Matcher listening() {
        return Objects.requireNonNull(Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            Matcher matcher = LISTENING.matcher(log());
                            if (!matcher.find() && !process.isAlive()) {
                                throw new IllegalStateException("It has ended: " + log());
                            }
                            return matcher.reset().find() ? matcher : null;
                        },
                        Objects::nonNull));
    }

    public Wire wire() {
        return Wire.to(url());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
