package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that {@code bench/run} does. */
public final class Benchmark {

    private Benchmark() {}

    /** See {@link Options#USAGE}; ends with 2 if the command line is wrong, with 1 if something fails. */
    public static void main(String... arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println("bench/run: " + e.getMessage());
            System.exit(2);
            return;
        }
        // On the disk of the project: a temporary folder may be in memory, where a sync costs nothing.
        Path folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "bench-");
        // PostgreSQL's own user must get through, and nobody needs to look around.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        try {
            run(options, folder);
        } finally {
            remove(folder);
        }
    }

    private static void run(Options options, Path folder) throws Exception {
        Report report = new Report(options, System.out);
        report.begin();
        Optional<Nginx> nginx = Nginx.start(Files.createDirectories(folder.resolve("nginx")));
        try {
            if (nginx.isEmpty()) {
                report.skip("GET beside nginx", "nginx is not installed (Debian: apt install nginx-light)");
            }
            for (String name : options.storages()) {
                Optional<Storage> storage = storage(name, folder.resolve(name), nginx, options);
                if (storage.isEmpty()) {
                    report.skip(name, missing(name));
                    continue;
                }
                try (Testbed bed =
                        new Testbed(options, report, storage.get(), folder.resolve(name + "-services.log"))) {
                    Measurement.of(bed);
                }
            }
        } finally {
            nginx.ifPresent(Nginx::close);
        }
        for (Path file : options.json()) {
            report.write(file);
        }
    }

    private static Optional<Storage> storage(String name, Path folder, Optional<Nginx> nginx, Options options)
            throws Exception {
        return switch (name) {
            case "postgres" -> PostgresStorage.start(folder);
            case "s3" -> S3Storage.start(folder, options.packages().size(), options.latency());
            default -> Optional.of(new LocalStorage(name, Files.createDirectories(folder), nginx));
        };
    }

    private static String missing(String storage) {
        return storage.equals("postgres")
                ? "PostgreSQL is not installed (Debian: apt install postgresql)"
                : "the classes of the tests and their server are not there (./mvnw process-test-classes)";
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
