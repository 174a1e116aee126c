package io.kolumn.state.encryption.keys;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.AwsValues;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.KmsSettings.AccessKey;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** What the configuration says of keys in AWS KMS. */
final class KmsConfig {

    private static final String PREFIX = "encryption.aws_kms.";
    static final String KEY = PREFIX + "key";
    private static final String REGION = PREFIX + "region";
    private static final String ENDPOINT = PREFIX + "endpoint";
    private static final String ACCESS_KEY = PREFIX + "access_key";
    private static final String SECRET_KEY = PREFIX + "secret_key";
    private static final String SESSION_TOKEN = PREFIX + "session_token";
    private static final String PROFILE = PREFIX + "profile";
    private static final String PREVIOUS_KEYS = PREFIX + "previous_keys";
    private static final String TIMEOUT = PREFIX + "timeout";

    static final List<ConfigKey> KEYS = List.of(
            ConfigKey.of(
                    KEY,
                    ConfigKey.Type.TEXT,
                    "Wrapping key of AWS KMS, symmetric: its id or ARN, or the name (alias/...) or ARN of an alias."),
            ConfigKey.of(REGION, ConfigKey.Type.TEXT, "Region of the key. Not required if the key is an ARN."),
            ConfigKey.of(
                    ENDPOINT,
                    ConfigKey.Type.TEXT,
                    "URL of KMS if not the public one of AWS: a VPC endpoint, a FIPS endpoint, LocalStack."),
            ConfigKey.of(
                    ACCESS_KEY,
                    ConfigKey.Type.TEXT,
                    "Id of the access key. Default: the AWS credentials chain (environment, web identity, profile, machine role)."),
            ConfigKey.of(SECRET_KEY, ConfigKey.Type.TEXT, "Secret of the access key.")
                    .confidential(),
            ConfigKey.of(SESSION_TOKEN, ConfigKey.Type.TEXT, "Session token of temporary keys.")
                    .confidential(),
            ConfigKey.of(PROFILE, ConfigKey.Type.TEXT, "Profile of the AWS configuration files with the credentials."),
            ConfigKey.of(
                            PREVIOUS_KEYS,
                            ConfigKey.Type.TEXT,
                            "ARNs of keys of other accounts that still unwrap, separated by commas. Keys of the same account always do.")
                    .formerly(PREFIX + "former_keys"),
            ConfigKey.of(TIMEOUT, ConfigKey.Type.DURATION, "Timeout for each of three attempts.")
                    .withDefault("5s")
                    .atLeast(1));

    private final StoreConfig service;
    private final List<Problem> problems = new ArrayList<>();

    private KmsConfig(StoreConfig service) {
        this.service = service;
    }

    /** What is wrong with values that are each right by themselves; nothing is asked. */
    static List<Problem> problems(StoreConfig service) {
        KmsConfig found = new KmsConfig(service);
        if (!hasClient()) {
            found.problems.add(
                    new Problem(
                            "kolumn.state.encryption.keys",
                            "aws-kms",
                            "needs AWS's client: add the libraries software.amazon.awssdk:kms and apache-client to the program"));
        }
        if (!service.isGiven(KEY)) {
            found.add(KEY, "is required where kolumn.state.encryption.key-provider=aws-kms");
        }
        found.check(KEY, KmsConfig::key);
        found.check(REGION, AwsValues::region);
        found.region();
        found.check(ENDPOINT, value -> AwsValues.endpoint(value, "https://kms.example.org"));
        AwsValues.credentials(key -> service.isGiven(PREFIX + key), (key, problem) -> found.add(PREFIX + key, problem));
        found.check(PREVIOUS_KEYS, KmsConfig::formerKeys);
        return found.problems;
    }

    /** A program has the client only if it wants keys of KMS; the service has it always. */
    private static boolean hasClient() {
        try {
            return !KmsClient.class.isArray() && !ApacheHttpClient.class.isArray();
        } catch (NoClassDefFoundError e) {
            return false;
        }
    }

    private interface Check {
        @Nullable
        String problem(String value);
    }

    private void check(String key, Check check) {
        service.text(key).map(check::problem).ifPresent(problem -> add(key, problem));
    }

    private void add(String key, String problem) {
        String value = key.equals(SECRET_KEY) || key.equals(SESSION_TOKEN)
                ? null
                : service.text(key)
                        .map(given -> given.replaceAll("\\p{Cntrl}", "?"))
                        .orElse(null);
        problems.add(new Problem("kolumn.state." + key.replace('_', '-'), value, problem));
    }

    private static @Nullable String key(String value) {
        return KeyArn.parse(value).isPresent()
                        || value.matches("[A-Za-z0-9-]{1,100}")
                        || value.matches("alias/[A-Za-z0-9/_-]{1,250}")
                ? null
                : "is neither the id nor the ARN of a key, nor alias/... nor the ARN of an alias";
    }

    private void region() {
        Optional<String> ofKey = service.text(KEY).flatMap(KeyArn::parse).map(KeyArn::region);
        Optional<String> given = service.text(REGION);
        if (given.isEmpty() && service.isGiven(KEY) && ofKey.isEmpty()) {
            add(REGION, "is required where kolumn.state.encryption.aws-kms.key is not an ARN");
        }
        if (given.isPresent()
                && ofKey.filter(region -> !region.equals(given.get())).isPresent()) {
            add(REGION, "is not that of the key, which is in " + ofKey.get() + "; leave it out");
        }
    }

    private static @Nullable String formerKeys(String value) {
        return listed(value)
                        .allMatch(arn -> KeyArn.parse(arn).filter(KeyArn::ofKey).isPresent())
                ? null
                : "is not a list of ARNs of keys (arn:aws:kms:...:key/...), with commas between them";
    }

    private static Stream<String> listed(String value) {
        return Stream.of(value.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    /** Of values in which {@link #problems} found nothing. */
    static KmsSettings settings(StoreConfig service) {
        String key = service.text(KEY).orElseThrow();
        Set<KeyArn> former = listed(service.text(PREVIOUS_KEYS).orElse(""))
                .flatMap(arn -> KeyArn.parse(arn).stream())
                .collect(Collectors.toSet());
        return new KmsSettings(
                key,
                KeyArn.parse(key)
                        .map(KeyArn::region)
                        .or(() -> service.text(REGION))
                        .orElseThrow(),
                service.text(ENDPOINT).map(URI::create).orElse(null),
                service.text(ACCESS_KEY)
                        .map(id -> new AccessKey(
                                id,
                                service.text(SECRET_KEY).orElseThrow(),
                                service.text(SESSION_TOKEN).orElse(null)))
                        .orElse(null),
                service.text(PROFILE).orElse(null),
                former,
                service.duration(TIMEOUT).orElseThrow());
    }
}
