package io.kolumn.state;

import com.sun.management.OperatingSystemMXBean;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.local.LocalSettings;
import io.kolumn.state.store.local.LocalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * Durable PUTs through {@link StateBackend} over {@link LocalStore}, beside a bare loop of write + fsync + rename + fsync
 * of the folder: same file system, sizes and threads, each thread with its own state or folder. The two take turns, and
 * who begins takes turns too; what is printed are medians of the rounds. {@code bench/disk} runs it.
 */
public final class DiskBenchmark {

    /** What one thread does again and again. */
    private interface Write {
        void once() throws IOException;
    }

    private interface Writers {
        Write of(int thread) throws IOException;
    }

    /** Writes for each second, the milliseconds that half and 99 of 100 of them took at most, and those of CPU for one. */
    private record Result(double rate, double median, double p99, double cpu) {}

    private static final int KEPT_VERSIONS = 10; // backup_count, the local store's default

    private final Path folder;
    private final Duration length;
    private final int rounds;

    private DiskBenchmark(Path folder, Duration length, int rounds) {
        this.folder = folder;
        this.length = length;
        this.rounds = rounds;
    }

    /** {@code <folder> <seconds> <rounds> [<size>:<writers>...]}; the folder is made, and removed again. */
    public static void main(String... args) throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createDirectory(Path.of(args[0]));
        Duration length = Duration.ofMillis((long) (1000 * Double.parseDouble(args[1])));
        List<String> cases = args.length > 3
                ? List.of(args).subList(3, args.length)
                : List.of("1024:1", "1024:8", "1048576:1", "1048576:8");
        try {
            new DiskBenchmark(folder, length, Integer.parseInt(args[2])).run(cases);
        } finally {
            remove(folder);
        }
    }

    private void run(List<String> cases) throws IOException, InterruptedException, ExecutionException {
        System.out.printf(
                "%s (%s), slices of %.1f s, medians of %d rounds; cpu is that of this process and the kernel on its behalf%n",
                folder, Files.getFileStore(folder).type(), length.toMillis() / 1000.0, rounds);
        System.out.println("| size | writers | ours/s | bare/s | ratio | lowest..highest | ours p50, p99, cpu ms |"
                + " bare p50, p99, cpu ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String one : cases) {
            String[] parts = one.split(":", -1);
            compare(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }
    }

    private void compare(int size, int threads) throws IOException, InterruptedException, ExecutionException {
        Path place = Files.createDirectory(folder.resolve(size + "-" + threads));
        Path bareFolder = Files.createDirectory(place.resolve("bare"));
        List<Result> ours = new ArrayList<>();
        List<Result> bare = new ArrayList<>();
        LocalStore store = new LocalStore(LocalSettings.at(place.resolve("ours").resolve("kolumn.klstate")));
        BackendSettings settings = BackendSettings.defaults().keeping(KEPT_VERSIONS, null);
        try (StateBackend backend = new StateBackend(store, Clock.systemUTC(), settings);
                ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Write> puts = writes(threads, thread -> put(backend, thread, size));
            List<Write> loops = writes(threads, thread -> bareLoop(bareFolder, thread, size));
            for (int warmUp = 0; warmUp < 3; warmUp++) {
                measure(executor, puts);
                measure(executor, loops);
            }
            for (int round = 0; round < rounds; round++) {
                if (round % 2 == 0) {
                    ours.add(measure(executor, puts));
                    bare.add(measure(executor, loops));
                } else {
                    bare.add(measure(executor, loops));
                    ours.add(measure(executor, puts));
                }
            }
        }
        print(size, threads, ours, bare);
    }

    private static List<Write> writes(int threads, Writers writers) throws IOException {
        List<Write> writes = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            writes.add(writers.of(thread));
        }
        return writes;
    }

    /** As a request does: the document is read, judged and written. */
    private static Write put(StateBackend backend, int thread, int size) {
        StateName name = StateName.of("bench/writer-" + thread);
        RisingDocument document = new RisingDocument(size);
        return () -> backend.put(name, StateDocument.parse(document.next()), WriteOptions.none());
    }

    private static Write bareLoop(Path folder, int thread, int size) throws IOException {
        Path own = Files.createDirectory(folder.resolve("writer-" + thread));
        Path temporary = own.resolve("temporary");
        Path file = own.resolve("file");
        RisingDocument document = new RisingDocument(size);
        return () -> {
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(document.next());
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(false);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel names = FileChannel.open(own, StandardOpenOption.READ)) {
                names.force(true);
            }
        };
    }

    private Result measure(ExecutorService executor, List<Write> writes)
            throws InterruptedException, ExecutionException {
        long cpu = cpuTime();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<Future<List<Long>>> running = new ArrayList<>();
        for (Write write : writes) {
            running.add(executor.submit(() -> {
                List<Long> took = new ArrayList<>();
                long before = System.nanoTime();
                while (before - end < 0) {
                    write.once();
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
                sorted.length / seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                (cpuTime() - cpu) / 1e6 / sorted.length);
    }

    private static long cpuTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private void print(int size, int threads, List<Result> ours, List<Result> bare) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ratios.add(ours.get(round).rate() / bare.get(round).rate());
        }
        System.out.printf(
                Locale.ROOT,
                "| %d KiB | %d | %.0f | %.0f | %.2f | %.2f..%.2f | %s | %s |%n",
                size / 1024,
                threads,
                median(ours, Result::rate),
                median(bare, Result::rate),
                median(ratios, ratio -> ratio),
                Collections.min(ratios),
                Collections.max(ratios),
                milliseconds(ours),
                milliseconds(bare));
    }

    private static String milliseconds(List<Result> results) {
        return String.format(
                Locale.ROOT,
                "%.1f, %.1f, %.2f",
                median(results, Result::median),
                median(results, Result::p99),
                median(results, Result::cpu));
    }

    private static <T> double median(List<T> values, ToDoubleFunction<T> number) {
        double[] sorted = values.stream().mapToDouble(number).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, java.io.IOException failure) throws IOException {
                if (failure != null) {
                    throw new UncheckedIOException(failure);
                }
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
