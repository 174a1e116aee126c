package io.kolumn.state.store.local;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Another process on a local folder: its main program, and the handle by which a test runs and kills it. */
final class LocalStoreProcess implements Closeable {

    static final StateName SHARED = StateName.of("team-a/shared");
    private static final Pattern COUNTS = Pattern.compile("\"counter\":(\\d+),\"fence\":(\\d+)");

    /** Some documents are in the log, and some in files of their own. */
    private static final int LARGEST = 90_000;

    private final Process process;
    private final BufferedReader output;

    private LocalStoreProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static LocalStoreProcess start(String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LocalStoreProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new LocalStoreProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The next line that it printed; null when it has ended. */
    String line() throws IOException {
        return output.readLine();
    }

    Stream<String> lines() {
        return output.lines();
    }

    /** With SIGKILL; what it printed can still be read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** Lets a counter begin, and a writer end after what it is doing. */
    void signal() throws IOException {
        process.getOutputStream().close();
    }

    int exit() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** {@code count <path> <threads> <rounds>} or {@code write <path>}. */
    public static void main(String[] arguments) throws Exception {
        LocalStore store = new LocalStore(LocalSettings.at(Path.of(arguments[1])));
        BackendSettings settings = BackendSettings.defaults().keeping(50, null);
        try (StateBackend backend = new StateBackend(store, Clock.systemUTC(), settings)) {
            switch (arguments[0]) {
                case "count" -> count(backend, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
                case "write" -> write(backend);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    // A counter in a document, which comes out wrong if two ever hold the lock.

    private static void count(StateBackend backend, int threads, int rounds) throws Exception {
        backend.check();
        System.out.println("ready");
        awaitInput();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService counters = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                boolean patient = i % 2 == 0;
                running.add(counters.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        increment(backend, patient);
                    }
                }));
            }
        }
        for (Future<?> one : running) {
            one.get();
        }
    }

    private static void increment(StateBackend backend, boolean patient) {
        LockInfo me = LockInfo.of(
                UUID.randomUUID().toString(),
                "process " + ProcessHandle.current().pid(),
                "count");
        Lock lock = patient
                ? backend.lock(SHARED, me, LockOptions.none().waiting(Duration.ofMinutes(1)))
                        .lock()
                : lockAtLast(backend, me);
        Optional<VersionedDocument> before = backend.get(SHARED);
        Matcher counts =
                COUNTS.matcher(before.map(stored -> text(stored.document())).orElse("\"counter\":0,\"fence\":0"));
        if (!counts.find() || Long.parseLong(counts.group(2)) >= lock.fence()) {
            throw new IllegalStateException("Fence " + lock.fence() + " was given after " + counts);
        }
        long counter = Long.parseLong(counts.group(1)) + 1;
        backend.put(
                SHARED,
                StateDocument.parse("{\"serial\":" + counter + ",\"lineage\":\"l\",\"counter\":" + counter
                        + ",\"fence\":" + lock.fence() + ",\"outputs\":{\"o\":1}}"),
                WriteOptions.none().withLock(me.id()));
        System.out.println(counter + " " + lock.fence());
        if (!backend.unlock(SHARED, me.id())) {
            throw new IllegalStateException("The lock was not there any more");
        }
    }

    private static Lock lockAtLast(StateBackend backend, LockInfo me) {
        while (true) {
            try {
                return backend.lock(SHARED, me, LockOptions.none()).lock();
            } catch (Locked held) {
                LockSupport.parkNanos(200_000);
            }
        }
    }

    private static String text(StateDocument document) {
        return new String(document.toBytes(), StandardCharsets.UTF_8);
    }

    // Serial after serial, each acknowledged on the standard output.

    private static void write(StateBackend backend) {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> {
            awaitInput();
            stopped.countDown();
        });
        System.out.println("ready");
        while (stopped.getCount() > 0) {
            long serial = 1 + backend.current(SHARED).map(StateVersion::serial).orElse(0L);
            try {
                StateVersion version = backend.put(SHARED, written(serial), WriteOptions.none())
                        .version();
                System.out.println(version.number() + " " + serial + " " + version.id());
                System.out.flush();
            } catch (Conflict another) {
                Thread.yield();
            }
        }
    }

    private static StateDocument written(long serial) {
        String noise = "n".repeat(ThreadLocalRandom.current().nextInt(LARGEST));
        return StateDocument.parse("{\"serial\":" + serial + ",\"lineage\":\"l\",\"outputs\":{\"by\":"
                + ProcessHandle.current().pid() + "},\"noise\":\"" + noise + "\"}");
    }

    /** Until the test says so, or is gone. */
    private static void awaitInput() {
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
