package io.kolumn.state.bench;

import io.kolumn.state.store.s3.TestS3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Collectors;

/**
 * The store that {@link S3Storage} measures: the one that the environment names as for the tests, else the embedded server. It
 * has buckets of its own there. It is a process of its own, since it needs the classes of the tests, and ends with its standard
 * input.
 */
public final class S3BenchmarkStore {

    private S3BenchmarkStore() {}

    /** {@code <folder> <buckets> <milliseconds that each request takes longer>}: for each bucket a file {@code bucket-0}, ... with its settings is written there. */
    public static void main(String... args) throws Exception {
        boolean given = System.getenv("KOLUMN_TEST_S3_ENDPOINT") != null;
        TestS3 store = given ? TestS3.shared() : TestS3.start("2g");
        if (!given) {
            store.door().delay(Duration.ofMillis(Long.parseLong(args[2])));
        }
        for (int bucket = 0; bucket < Integer.parseInt(args[1]); bucket++) {
            String settings = store.config(store.newBucket()).entrySet().stream()
                    .map(entry -> "kolumn.state.s3." + entry.getKey().replace('_', '-') + "=" + entry.getValue())
                    .collect(Collectors.joining("\n", "", "\n"));
            Path written = Files.writeString(Path.of(args[0], "new"), settings);
            Files.move(written, Path.of(args[0], "bucket-" + bucket), StandardCopyOption.ATOMIC_MOVE);
        }
        System.in.readAllBytes();
        System.exit(0);
    }
}
