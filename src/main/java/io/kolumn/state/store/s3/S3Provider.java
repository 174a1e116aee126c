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
            ConfigKey.of("bucket", ConfigKey.Type.TEXT, "The bucket; it must be there.")
                    .mandatory(),
            ConfigKey.of(
                    "key_prefix", ConfigKey.Type.TEXT, "What the keys of all objects start with; a slash is added."),
            ConfigKey.of("region", ConfigKey.Type.TEXT, "The region of the bucket.")
                    .withDefault("us-east-1"),
            ConfigKey.of(
                            "encrypt",
                            ConfigKey.Type.BOOLEAN,
                            "Ask the store to encrypt objects (SSE-S3, or SSE-KMS with a key).")
                    .withDefault("true"),
            ConfigKey.of("kms_key_id", ConfigKey.Type.TEXT, "The key of KMS to encrypt with: its id, ARN or alias."),
            ConfigKey.choice(
                            "storage_class",
                            List.of(
                                    "STANDARD",
                                    "STANDARD_IA",
                                    "ONEZONE_IA",
                                    "INTELLIGENT_TIERING",
                                    "GLACIER_IR",
                                    "REDUCED_REDUNDANCY"),
                            "Of the contents of versions; heads are small, change often and stay STANDARD.")
                    .withDefault("STANDARD"),
            ConfigKey.of(
                    "access_key",
                    ConfigKey.Type.TEXT,
                    "The id of the access key; without it AWS's own chain: environment, web identity, profile, role of the machine."),
            ConfigKey.of("secret_key", ConfigKey.Type.TEXT, "The secret of the access key.")
                    .confidential(),
            ConfigKey.of("session_token", ConfigKey.Type.TEXT, "The session token of temporary keys.")
                    .confidential(),
            ConfigKey.of(
                    "profile",
                    ConfigKey.Type.TEXT,
                    "The profile of AWS's configuration files that gives the credentials."),
            ConfigKey.of(
                    "endpoint",
                    ConfigKey.Type.TEXT,
                    "The address of a store that speaks S3, such as https://minio.example.org; AWS if not set. It is tried out before it is written to."),
            ConfigKey.of(
                    "force_path_style",
                    ConfigKey.Type.BOOLEAN,
                    "Put the bucket into the path and not into the host name; if not set, that is done where an endpoint is."),
            ConfigKey.integer(
                            "max_retries", 0, 20, "How often a request is sent again that failed for a passing reason.")
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
                    "A canned ACL for all objects, where the bucket lets them have one."),
            ConfigKey.of(
                            "allow_unsafe_locks",
                            ConfigKey.Type.BOOLEAN,
                            "Write to a store although its check failed: it lets two writers win, or does not encrypt as asked.")
                    .withDefault("false"),
            ConfigKey.of(
                    "canary_interval",
                    ConfigKey.Type.DURATION,
                    "How often conditional writes are tried out while the store serves, 0 for never; if not set, 1h where an endpoint is, and never on AWS."));

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
        return "A bucket of Amazon S3, or of a store that speaks S3: for any number of replicas.";
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
        Optional<S3Probe.Finding> wrong = S3Start.prove(store.proof());
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
