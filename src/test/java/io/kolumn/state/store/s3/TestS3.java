package io.kolumn.state.store.s3;

import io.kolumn.state.TestServers;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * A real S3 store for tests: the one that the environment names ({@code KOLUMN_TEST_S3_ENDPOINT}, {@code _ACCESS_KEY}, {@code
 * _SECRET_KEY}, {@code _REGION}, {@code _ENCRYPT}), else MinIO in a container, or an embedded server behind a {@link S3Door} ({@link
 * TestServers}). One for all tests of a JVM; each test gets a bucket of its own in it.
 */
public final class TestS3 implements AutoCloseable {

    private static final Random RANDOM = new Random();

    private final String endpoint;
    private final String region;
    private final String accessKey;
    private final String secretKey;
    private final @Nullable String encrypt;
    private final @Nullable S3Server server;
    private final @Nullable S3Door door;
    private final S3Client client;
    private final Map<List<String>, Map<String, String>> proofs = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> buckets = new ConcurrentLinkedQueue<>();

    private TestS3(S3Server server, S3Door door) {
        this.endpoint = door.endpoint();
        this.region = "us-east-1";
        this.accessKey = S3Server.ACCESS_KEY;
        this.secretKey = S3Server.SECRET_KEY;
        this.encrypt = null;
        this.server = server;
        this.door = door;
        this.client = newClient(endpoint);
    }

    private TestS3(String endpoint, Map<String, String> environment) {
        this.endpoint = endpoint;
        this.region = environment.getOrDefault("KOLUMN_TEST_S3_REGION", "us-east-1");
        this.accessKey = Objects.requireNonNull(environment.get("KOLUMN_TEST_S3_ACCESS_KEY"), "ACCESS_KEY");
        this.secretKey = Objects.requireNonNull(environment.get("KOLUMN_TEST_S3_SECRET_KEY"), "SECRET_KEY");
        this.encrypt = environment.get("KOLUMN_TEST_S3_ENCRYPT");
        this.server = null;
        this.door = null;
        this.client = newClient(endpoint);
    }

    private static final class Shared {
        private static final TestS3 STORE = ofEnvironment(System.getenv());
    }

    private static final class Embedded {
        private static final TestS3 STORE = start("768m");
    }

    private static TestS3 ofEnvironment(Map<String, String> environment) {
        String endpoint = environment.get("KOLUMN_TEST_S3_ENDPOINT");
        if (endpoint == null || endpoint.isBlank()) {
            return TestServers.containers() ? S3Containers.minio() : embedded();
        }
        TestS3 store = new TestS3(endpoint, environment);
        Runtime.getRuntime().addShutdownHook(new Thread(store::removeBuckets));
        return store;
    }

    /** A store that a test has started; it goes with all that is in it. */
    static TestS3 at(String endpoint, String accessKey, String secretKey) {
        return new TestS3(
                endpoint, Map.of("KOLUMN_TEST_S3_ACCESS_KEY", accessKey, "KOLUMN_TEST_S3_SECRET_KEY", secretKey));
    }

    /** The store that all tests share; it ends with the JVM. */
    public static TestS3 shared() {
        return Shared.STORE;
    }

    /** The embedded server, whatever the environment says: for tests that need a door. */
    public static TestS3 embedded() {
        return Embedded.STORE;
    }

    /** An embedded server of one's own, to be stopped, with this much heap for what is stored. */
    public static TestS3 start(String heap) {
        S3Server server = S3Server.start(heap);
        return new TestS3(server, new S3Door(server));
    }

    public String endpoint() {
        return endpoint;
    }

    public String region() {
        return region;
    }

    public String accessKey() {
        return accessKey;
    }

    public String secretKey() {
        return secretKey;
    }

    /** To look at what is stored, and to store what no service would. */
    public S3Client client() {
        return client;
    }

    /** The door of the embedded server, that all tests go through which open none of their own. */
    public S3Door door() {
        return Objects.requireNonNull(door, "This store is not the embedded one");
    }

    /** Another door to the embedded server, with counts and faults of its own; to be closed. */
    public S3Door newDoor() {
        return new S3Door(Objects.requireNonNull(server, "This store is not the embedded one"));
    }

    /** A client that asks through a door. */
    public S3Client newClient(String through) {
        return newClient(through, override -> {});
    }

    S3Client newClient(String through, Consumer<ClientOverrideConfiguration.Builder> override) {
        return S3Client.builder()
                .applyMutation(builder -> configure(builder, through, secretKey))
                .overrideConfiguration(override)
                .build();
    }

    void configure(S3ClientBuilder builder, String through, String secret) {
        builder.endpointOverride(URI.create(through))
                .region(Region.of(region))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secret)))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(200));
    }

    /** An empty bucket. */
    public String newBucket() {
        byte[] random = new byte[8];
        RANDOM.nextBytes(random);
        String bucket = "kolumn-test-" + HexFormat.of().formatHex(random);
        client.createBucket(request -> request.bucket(bucket));
        buckets.add(bucket);
        return bucket;
    }

    /**
     * A bucket with nothing but the proof that another one of this store has passed: for tests of what comes behind it. The
     * proof is one of stores whose keys are those of {@link #config} and these.
     */
    public String provenBucket(String... keysAndValues) {
        String bucket = newBucket();
        prove(bucket, endpoint, keysAndValues);
        return bucket;
    }

    /** Puts that proof into a bucket, as one that was passed at another endpoint of this store. */
    void prove(String bucket, String at, String... keysAndValues) {
        proofs.computeIfAbsent(List.of(keysAndValues), this::proof)
                .forEach((key, text) -> client.putObject(
                        request -> request.bucket(bucket).key(key),
                        RequestBody.fromString(text.replace(endpoint, at))));
    }

    private Map<String, String> proof(List<String> keysAndValues) {
        String bucket = newBucket();
        Map<String, String> config = config(bucket);
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            config.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
        try (S3Store store = S3Stores.open(config)) {
            store.proof().ensure();
        }
        return keys(bucket).stream()
                .filter(key -> key.endsWith("proof.json"))
                .collect(Collectors.toMap(
                        Function.identity(),
                        key -> client.getObjectAsBytes(
                                        request -> request.bucket(bucket).key(key))
                                .asUtf8String()));
    }

    /** The keys of a store in this bucket. */
    public Map<String, String> config(String bucket) {
        Map<String, String> config = new HashMap<>();
        config.put("bucket", bucket);
        config.put("endpoint", endpoint);
        config.put("region", region);
        config.put("access_key", accessKey);
        config.put("secret_key", secretKey);
        config.put("force_path_style", "true");
        if (encrypt != null) {
            config.put("encrypt", encrypt);
        }
        return config;
    }

    /** A block {@code backend "s3"} of Terraform, which keeps its states and locks in a bucket. */
    public String terraformBackend(String bucket, String key) {
        return """
                terraform {
                  backend "s3" {
                    bucket                      = "%s"
                    key                         = "%s"
                    workspace_key_prefix        = "of/workspaces"
                    region                      = "%s"
                    access_key                  = "%s"
                    secret_key                  = "%s"
                    endpoints                   = { s3 = "%s" }
                    use_path_style              = true
                    use_lockfile                = true
                    skip_credentials_validation = true
                    skip_metadata_api_check     = true
                    skip_region_validation      = true
                    skip_requesting_account_id  = true
                    skip_s3_checksum            = true
                  }
                }
                """.formatted(bucket, key, region(), accessKey(), secretKey(), endpoint());
    }

    /** All keys of a bucket, in the order of the store. */
    public List<String> keys(String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    /** A store of somebody's own is left as it was. */
    private void removeBuckets() {
        for (String bucket : buckets) {
            keys(bucket)
                    .forEach(key -> client.deleteObject(
                            request -> request.bucket(bucket).key(key)));
            client.deleteBucket(request -> request.bucket(bucket));
        }
    }

    @Override
    public void close() {
        client.close();
        if (door != null) {
            door.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
