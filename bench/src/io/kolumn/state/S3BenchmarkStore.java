package io.kolumn.state;

import io.kolumn.state.store.s3.TestS3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The store that {@code bench/s3.sh} measures: the one that the environment names as for the tests
 * ({@code KOLUMN_TEST_S3_ENDPOINT} and the keys), else the embedded server. It has a bucket of its own there, and the
 * embedded server lasts as long as this process, which ends with its standard input.
 */
public final class S3BenchmarkStore {

    private S3BenchmarkStore() {}

    /** {@code <file> <milliseconds>}: where to write the service's environment, and what each request shall take longer. */
    public static void main(String... args) throws Exception {
        boolean given = System.getenv("KOLUMN_TEST_S3_ENDPOINT") != null;
        TestS3 store = given ? TestS3.shared() : TestS3.start("2g");
        if (!given) {
            store.door().delay(Duration.ofMillis(Long.parseLong(args[1])));
        }
        String environment = store.config(store.newBucket()).entrySet().stream()
                .map(entry -> "KOLUMN_STATE_S3_" + entry.getKey().toUpperCase(Locale.ROOT) + "=" + entry.getValue())
                .collect(Collectors.joining("\n", "", "\n"));
        Path file = Path.of(args[0]);
        Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), environment);
        Files.move(written, file);
        System.in.readAllBytes();
        System.exit(0);
    }
}
