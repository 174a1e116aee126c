package io.kolumn.state;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * PUT, GET and LOCK with UNLOCK through the service over S3, beside PUT and GET of the same sizes by the bare SDK on the same
 * bucket: each client with a state or an object of its own. A GET of a state that has not changed is set beside a bare GET
 * of 1 KiB, whatever its size; a cold one, by a service that remembers no content, beside one of its own size; a pair of
 * LOCK and UNLOCK beside a PUT of 1 KiB. The two take turns; what is printed are medians of the rounds.
 * {@code bench/s3.sh} runs it.
 */
public final class S3Benchmark {

    /**
     * List prices of Amazon S3 Standard in us-east-1 as of 2026-11, in dollars for each request. They change: look them up.
     */
    private static final double PUT_PRICE = 0.005 / 1000;

    private static final double GET_PRICE = 0.0004 / 1000;

    private static final int SMALL = 1024;

    private final URI service;
    private final URI cold;
    private final String bucket;
    private final S3Client bare;
    private final Duration length;
    private final int rounds;
    private final List<AutoCloseable> open = new ArrayList<>();

    private S3Benchmark(URI service, URI cold, Duration length, int rounds, Map<String, String> environment) {
        this.service = service;
        this.cold = cold;
        this.length = length;
        this.rounds = rounds;
        this.bucket = value(environment, "BUCKET");
        this.bare = S3Client.builder()
                .endpointOverride(URI.create(value(environment, "ENDPOINT")))
                .region(Region.of(value(environment, "REGION")))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(value(environment, "ACCESS_KEY"), value(environment, "SECRET_KEY"))))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64))
                .build();
    }

    private static String value(Map<String, String> environment, String key) {
        return Objects.requireNonNull(environment.get("KOLUMN_STATE_S3_" + key), key);
    }

    /**
     * {@code <url of the service> <url of one that caches nothing> <seconds> <rounds> [<operation>:<size>:<clients>...]}; the
     * bucket and its keys are those of the environment, as the service reads them.
     */
    public static void main(String... args) throws Exception {
        Duration length = Duration.ofMillis((long) (1000 * Double.parseDouble(args[2])));
        S3Benchmark benchmark = new S3Benchmark(
                URI.create(args[0]), URI.create(args[1]), length, Integer.parseInt(args[3]), System.getenv());
        List<String> cases = new ArrayList<>(List.of(args).subList(4, args.length));
        if (cases.isEmpty()) {
            for (String operation : List.of("put", "get", "cold")) {
                for (int size : List.of(SMALL, 100 * 1024, 1024 * 1024)) {
                    for (int clients : List.of(1, 8)) {
                        cases.add(operation + ":" + size + ":" + clients);
                    }
                }
            }
            cases.addAll(List.of("lock:1024:1", "lock:1024:8"));
        }
        benchmark.warmUp();
        System.out.println(
                "| operation | size | clients | ours/s | bare/s | ratio | ours p50, p99 ms | bare p50, p99 ms |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (String one : cases) {
            String[] parts = one.split(":", -1);
            benchmark.compare(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
        printCosts();
    }

    /** Until the code of the services and of the bare client is compiled. */
    private void warmUp() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (String operation : List.of("put", "get", "cold", "lock", "put")) {
                for (int size : List.of(SMALL, 100 * 1024)) {
                    Load.measure(threads, Load.calls(8, client -> ours(operation, size, client)), length);
                    Load.measure(threads, Load.calls(8, client -> bare(operation, size, client)), length);
                }
            }
        }
        closeAll();
    }

    private void closeAll() throws Exception {
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        open.clear();
    }

    private void compare(String operation, int size, int clients) throws Exception {
        List<Load.Call> ours = Load.calls(clients, client -> ours(operation, size, client));
        List<Load.Call> theirs = Load.calls(clients, client -> bare(operation, size, client));
        List<Load.Result> our = new ArrayList<>();
        List<Load.Result> their = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int round = -1; round < rounds; round++) {
                Load.Result one = Load.measure(threads, ours, length);
                Load.Result other = Load.measure(threads, theirs, length);
                if (round >= 0) {
                    our.add(one);
                    their.add(other);
                }
            }
        }
        closeAll();
        double rate = Load.median(our.stream().map(Load.Result::rate).toList());
        double bareRate = Load.median(their.stream().map(Load.Result::rate).toList());
        System.out.printf(
                Locale.ROOT,
                "| %s | %d KiB | %d | %.0f | %.0f | %.2f | %s | %s |%n",
                operation,
                size / 1024,
                clients,
                rate,
                bareRate,
                rate / bareRate,
                times(our),
                times(their));
    }

    private static String times(List<Load.Result> results) {
        return String.format(
                Locale.ROOT,
                "%.1f, %.1f",
                Load.median(results.stream().map(Load.Result::median).toList()),
                Load.median(results.stream().map(Load.Result::p99).toList()));
    }

    private Load.Call ours(String operation, int size, int client) throws IOException {
        ServiceClient http = new ServiceClient(operation.equals("cold") ? cold : service);
        open.add(http);
        String path = "/v1/states/bench/" + size + "-" + client;
        String lock = "/terraform/bench/lock-" + client;
        byte[] info = ("{\"ID\":\"" + client + "\",\"Who\":\"bench\"}").getBytes(StandardCharsets.UTF_8);
        RisingDocument document = new RisingDocument(size);
        http.send("DELETE", path, new byte[0]);
        http.send("PUT", path, document.next());
        return switch (operation) {
            case "put" -> () -> http.send("PUT", path, document.next());
            case "get", "cold" -> () -> http.send("GET", path, new byte[0]);
            default ->
                () -> {
                    http.send("LOCK", lock, info);
                    http.send("UNLOCK", lock, info);
                };
        };
    }

    private Load.Call bare(String operation, int size, int client) {
        int length = operation.equals("get") ? SMALL : size;
        String key = "bare/" + length + "-" + client;
        RisingDocument document = new RisingDocument(length);
        bare.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(document.next()));
        return switch (operation) {
            case "get", "cold" ->
                () -> {
                    byte[] bytes = bare.getObjectAsBytes(
                                    request -> request.bucket(bucket).key(key))
                            .asByteArrayUnsafe();
                    if (bytes.length != length) {
                        throw new IllegalStateException("Not the bytes");
                    }
                };
            default ->
                () -> bare.putObject(
                        request -> request.bucket(bucket).key(key), RequestBody.fromBytes(document.next()));
        };
    }

    /** The numbers of requests are those that S3RequestsTest holds the store to. */
    private static void printCosts() {
        System.out.printf(
                Locale.ROOT,
                "%nA million writes, two PUTs each: %.2f $; under a lock each, four PUTs: %.2f $; a million GETs, one request each:"
                        + " %.2f $, cold, two: %.2f $ (%s).%n",
                2e6 * PUT_PRICE,
                4e6 * PUT_PRICE,
                1e6 * GET_PRICE,
                2e6 * GET_PRICE,
                "Amazon S3 Standard, us-east-1, list prices as of 2026-11, without storage and transfer");
    }
}
