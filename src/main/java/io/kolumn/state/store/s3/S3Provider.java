package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.AsyncDeletingStore;
import io.kolumn.state.store.ReadOnlyStore;
import io.kolumn.state.store.StoreProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code kolumn.state.backend=s3} and its keys. */
public class S3Provider implements StoreProvider {

    static final String TYPE = "s3";
    static final Set<String> ALIASES = Set.of("aws", "amazon");

    static final List<ConfigKey> KEYS = List.of(
            ConfigKey.of("bucket", ConfigKey.Type.TEXT, "The bucket; it must exist.")
                    .mandatory(),
            ConfigKey.of("key_prefix", ConfigKey.Type.TEXT, "Prefix of the keys of all objects. A slash is appended."),
            ConfigKey.of("region", ConfigKey.Type.TEXT, "Region of the bucket.").withDefault("us-east-1"),
            ConfigKey.of(
                            "encrypt",
                            ConfigKey.Type.BOOLEAN,
                            "Request encryption of objects (SSE-S3, or SSE-KMS with a key).")
                    .withDefault("true"),
            ConfigKey.of("kms_key_id", ConfigKey.Type.TEXT, "KMS key for encryption: its id, ARN or alias."),
            ConfigKey.choice(
                            "storage_class",
                            List.of(
                                    "STANDARD",
                                    "STANDARD_IA",
                                    "ONEZONE_IA",
                                    "INTELLIGENT_TIERING",
                                    "GLACIER_IR",
                                    "REDUCED_REDUNDANCY"),
                            "Storage class of versions. Heads are small, change often and stay STANDARD.")
                    .withDefault("STANDARD"),
            ConfigKey.of(
                    "access_key",
                    ConfigKey.Type.TEXT,
                    "Id of the access key. Default: the AWS credentials chain (environment, web identity, profile, machine role)."),
            ConfigKey.of("secret_key", ConfigKey.Type.TEXT, "Secret of the access key.")
                    .confidential(),
            ConfigKey.of("session_token", ConfigKey.Type.TEXT, "Session token of temporary keys.")
                    .confidential(),
            ConfigKey.of(
                    "profile", ConfigKey.Type.TEXT, "Profile of the AWS configuration files with the credentials."),
            ConfigKey.of(
                    "endpoint",
                    ConfigKey.Type.TEXT,
                    "URL of an S3 compatible store, such as https://minio.example.org. AWS if not set. The store is probed first."),
            ConfigKey.of(
                    "force_path_style",
                    ConfigKey.Type.BOOLEAN,
                    "Use the bucket in the path instead of the host name. Default: true with an endpoint."),
            ConfigKey.integer("max_retries", 0, 20, "Maximum number of retries after a temporary failure.")
                    .withDefault("3"),
            ConfigKey.choice(
                    "acl",
                    List.of(
                            "private",
                            "public-read",
                            "public-read-write",
                            "authenticated-read",
                            "aws-exec-read",
                            "bucket-owner-read",
                            "bucket-owner-full-control"),
                    "Canned ACL for all objects, if the bucket supports ACLs."),
            ConfigKey.of(
                            "allow_unsafe_locks",
                            ConfigKey.Type.BOOLEAN,
                            "Write to a store although its probe failed: it lets two writers win, or does not encrypt as"
                                    + " requested.")
                    .withDefault("false"),
            ConfigKey.of(
                    "canary_interval",
                    ConfigKey.Type.DURATION,
                    "Interval of the canary for conditional writes, 0 for never. Default: 1h with an endpoint, never on AWS."));

    private static final Duration HOURLY = Duration.ofHours(1);

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Set<String> aliases() {
        return ALIASES;
    }

    @Override
    public String text() {
        return "A bucket of Amazon S3 or an S3 compatible store, for any number of replicas.";
    }

    @Override
    public List<ConfigKey> keys() {
        return KEYS;
    }

    @Override
    public List<Problem> problems(StoreConfig config) {
        return S3ConfigCheck.of(config);
    }

    @Override
    public StateStore open(StoreConfig config) {
        return new AsyncDeletingStore(store(S3Clients.own(config), config));
    }

    static S3Store store(S3Client client, StoreConfig config) {
        return new S3Store(client, S3Clients.settings(config, client));
    }

    /** A store that is there and proven wrong ends the start; one that is away is tried out when it comes. */
    @Override
    public StateStore serve(StoreConfig config) {
        S3Client client = client(config);
        S3Store store = store(client, config);
        Optional<S3Probe.Finding> wrong = S3StartCheck.prove(store.proof());
        if (wrong.isPresent()) {
            store.close();
            throw new Configuration(List.of(problem(config, wrong.get())));
        }
        Duration interval = canary(config, S3Clients.settings(config, client).trusted());
        if (!interval.isZero()) {
            store.canary(interval, RoundTime.of(Clock.systemUTC()), findings(store.proof()))
                    .start();
        }
        return new AsyncDeletingStore(store);
    }

    @Override
    public StateStore openToRead(StoreConfig config) {
        return new ReadOnlyStore(store(S3Clients.own(config), config));
    }

    @Override
    public StateStore serveToRead(StoreConfig config) {
        return new ReadOnlyStore(store(client(config), config));
    }

    /** Of the store that is served. */
    S3Client client(StoreConfig config) {
        return S3Clients.own(config);
    }

    /** Is told what the canary of the served store finds. */
    Consumer<S3Canary.Outcome> findings(S3Conformance proof) {
        return outcome -> {};
    }

    static Duration canary(StoreConfig config, boolean trusted) {
        return config.duration("canary_interval").orElse(trusted ? Duration.ZERO : HOURLY);
    }

    private static Problem problem(StoreConfig config, S3Probe.Finding wrong) {
        return new Problem(
                "kolumn.state.s3." + wrong.key(),
                config.text(wrong.key()).orElse(null),
                String.valueOf(wrong.problem()));
    }
}
