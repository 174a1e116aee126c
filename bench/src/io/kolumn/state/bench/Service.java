package io.kolumn.state.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A running service of a package, and what its process has cost so far. It ends when it is closed. */
final class Service implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Subject subject;
    private final Process process;
    private final int port;
    private final Duration ready;

    private Service(Subject subject, Process process, int port, Duration ready) {
        this.subject = subject;
        this.process = process;
        this.port = port;
        this.ready = ready;
    }

    /** Returns a service that has answered its question for readiness with 200. */
    static Service start(Subject subject, Map<String, String> settings, Path log)
            throws IOException, InterruptedException {
        int port = freePort();
        long start = System.nanoTime();
        Process process = subject.start(settings, port, log);
        Service service = null;
        try {
            while (service == null) {
                if (Client.ready(port)) {
                    service = new Service(subject, process, port, Duration.ofNanos(System.nanoTime() - start));
                } else if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new IOException(subject.path() + " did not get ready: " + end(log));
                } else {
                    Thread.sleep(1);
                }
            }
            return service;
        } finally {
            if (service == null) {
                process.destroyForcibly();
            }
        }
    }

    private static String end(Path log) throws IOException {
        String text = Files.readString(log);
        return text.substring(Math.max(0, text.length() - 1500));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Subject subject() {
        return subject;
    }

    int port() {
        return port;
    }

    /** From the command to the first 200 of readiness. */
    Duration ready() {
        return ready;
    }

    /** Returns the milliseconds of processor time that the process has taken, or empty where there is no {@code /proc}. */
    OptionalDouble processorTime() throws IOException {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.exists(stat)) {
            return OptionalDouble.empty();
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        // User and system time in ticks, of which Linux shows 100 a second to every program.
        return OptionalDouble.of((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0);
    }

    /** Returns resident memory now in MiB, or empty where there is no {@code /proc}. */
    OptionalDouble resident() throws IOException {
        return memory("VmRSS:");
    }

    /** Returns the most that was resident since {@link #forgetPeak} in MiB, or empty where there is no {@code /proc}. */
    OptionalDouble peak() throws IOException {
        return memory("VmHWM:");
    }

    private OptionalDouble memory(String field) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return OptionalDouble.empty();
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0)
                .findFirst();
    }

    /** From now on {@link #peak} tells what comes behind this moment. */
    void forgetPeak() throws IOException {
        Path clear = Path.of("/proc", Long.toString(process.pid()), "clear_refs");
        if (Files.exists(clear)) {
            Files.writeString(clear, "5");
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(subject.path() + " did not end within 20 s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
