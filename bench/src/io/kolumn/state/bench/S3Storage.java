package io.kolumn.state.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The S3 store that the tests use: the one that the environment names ({@code KOLUMN_TEST_S3_ENDPOINT} and the keys), else the
 * embedded server; a bucket for each package. Beside a PUT or GET stands the one of the bare SDK on a bucket of its own.
 */
final class S3Storage implements Storage {

    private final Process server;
    private final Path environments;
    private final Map<String, String> bareEnvironment;
    private final S3Client client;
    private final Map<Subject, Map<String, String>> settings = new HashMap<>();
    private int buckets;

    private S3Storage(Process server, Path environments, Map<String, String> bareEnvironment) {
        this.server = server;
        this.environments = environments;
        this.bareEnvironment = bareEnvironment;
        this.buckets = 1;
        this.client = S3Client.builder()
                .endpointOverride(URI.create(value("endpoint")))
                .region(Region.of(value("region")))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(value("access-key"), value("secret-key"))))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64))
                .build();
    }

    /**
     * Returns the store, or empty if the classes of the tests are not compiled.
     *
     * @param latency what each request takes longer, as across a network; a store of the environment has its own
     */
    static Optional<Storage> start(Path folder, int packages, Duration latency)
            throws IOException, InterruptedException {
        if (!Files.isDirectory(Path.of("target", "test-classes")) || !Files.exists(Path.of("target", "s3proxy.jar"))) {
            return Optional.empty();
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(
                folder, PosixFilePermissions.fromString("rwx------")); // keys of the store are in it
        Path log = folder.resolve("store.log");
        Process server = Programs.start(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        "target/test-classes:" + System.getProperty("java.class.path"),
                        "bench/src/io/kolumn/state/bench/S3BenchmarkStore.java",
                        folder.toString(),
                        Integer.toString(packages + 1),
                        Long.toString(latency.toMillis())))
                .redirectError(log.toFile())
                .redirectOutput(log.toFile()));
        Path last = folder.resolve("bucket-" + packages);
        for (int waited = 0; !Files.exists(last); waited++) {
            if (!server.isAlive() || waited == 600) {
                server.destroy();
                throw new IOException("The S3 store did not start: " + Files.readString(log));
            }
            Thread.sleep(100);
        }
        return Optional.of(new S3Storage(server, folder, read(folder.resolve("bucket-0"))));
    }

    private static Map<String, String> read(Path file) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            int equals = line.indexOf('=');
            settings.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return settings;
    }

    private String value(String key) {
        return Objects.requireNonNull(bareEnvironment.get("kolumn.state.s3." + key), key);
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public Map<String, String> settings(Subject subject) throws IOException {
        Map<String, String> known = settings.get(subject);
        if (known == null) {
            known = new HashMap<>(read(environments.resolve("bucket-" + buckets++)));
            known.put("kolumn.state.backend", "s3");
            settings.put(subject, known);
        }
        return known;
    }

    @Override
    public Optional<BareCall> bare(Operation operation, int size, int clientNumber) {
        if (operation == Operation.CYCLE || operation == Operation.POST) {
            return Optional.empty();
        }
        String bucket = value("bucket");
        String key = size + "-" + clientNumber;
        Documents documents = new Documents(size);
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(documents.next()));
        return Optional.of(new BareCall() {
            @Override
            public void once() throws IOException {
                if (operation != Operation.GET) {
                    client.putObject(
                            request -> request.bucket(bucket).key(key), RequestBody.fromBytes(documents.next()));
                } else if (client.getObjectAsBytes(
                                        request -> request.bucket(bucket).key(key))
                                .asByteArrayUnsafe()
                                .length
                        != size) {
                    throw new IOException("The store sent other bytes");
                }
            }

            @Override
            public void close() {}
        });
    }

    @Override
    public String bareLabel(Operation operation) {
        return operation == Operation.GET ? "GET by the SDK" : "PUT by the SDK";
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.getOutputStream().close(); // it ends with its input, and takes its buckets along
        try {
            server.waitFor();
        } catch (InterruptedException e) {
            server.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
