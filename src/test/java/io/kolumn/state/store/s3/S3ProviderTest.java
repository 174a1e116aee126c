package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.StoreConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;

class S3ProviderTest {

    private final BackendFactory factory = new BackendFactory(List.of(new S3Provider()));

    private static Map<String, String> config(String... keysAndValues) {
        Map<String, String> config = new HashMap<>(Map.of("bucket", "states"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return config;
    }

    private static S3Settings settings(String... keysAndValues) {
        StoreConfig checked = S3Stores.checked(config(keysAndValues));
        try (S3Client client = S3Clients.own(checked)) {
            return S3Clients.settings(checked, client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "AWS", "amazon"})
    void theTypeHasOtherNames(String name) {
        assertThat(factory.type(name)).get().isInstanceOf(S3Provider.class);
    }

    @Test
    void withABucketAloneItIsAwsAndEncrypted() {
        assertThat(settings())
                .isEqualTo(new S3Settings("states", "", "AWS (us-east-1)", true, true, null, "STANDARD", null, false));
    }

    @Test
    void everyKeyHasItsPlace() {
        assertThat(settings(
                        "key-prefix", "team/states",
                        "region", "eu-central-1",
                        "kms_key_id", "alias/states",
                        "storage-class", "STANDARD_IA",
                        "acl", "bucket-owner-full-control",
                        "endpoint", "https://minio.example.org:9000",
                        "allow_unsafe_locks", "true"))
                .isEqualTo(new S3Settings(
                        "states",
                        "team/states/",
                        "https://minio.example.org:9000",
                        false,
                        true,
                        "alias/states",
                        "STANDARD_IA",
                        "bucket-owner-full-control",
                        true));
        assertThat(settings("encrypt", "false").encrypt()).isFalse();
        assertThat(settings("key_prefix", "team/states/").prefix()).isEqualTo("team/states/");
    }

    @ParameterizedTest
    @CsvSource({"eu-central-1, AWS (eu-central-1)", "cn-north-1, AWS (cn-north-1)", "us-gov-west-1, AWS (us-gov-west-1)"
    })
    void everyRegionOfAwsIsTrusted(String region, String place) {
        assertThat(settings("region", region))
                .extracting(S3Settings::trusted, S3Settings::place)
                .containsExactly(true, place);
    }

    @Test
    void whatHasAnEndpointIsNotTrustedWhateverItsName() {
        assertThat(settings("endpoint", "https://s3.us-east-1.amazonaws.com").trusted())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({",, false", "https://s3.example.org,, true", "https://s3.example.org, false, false", ", true, true"})
    void theBucketIsInThePathWhereAnEndpointIsUnlessToldOtherwise(String endpoint, String asked, boolean inPath) {
        Map<String, String> config = config();
        if (endpoint != null) {
            config.put("endpoint", endpoint);
        }
        if (asked != null) {
            config.put("force_path_style", asked);
        }
        assertThat(S3Clients.pathStyle(S3Stores.checked(config))).isEqualTo(inPath);
    }

    @Test
    void everyProblemIsNamedAtOnceAndNoSecretIsShown() {
        List<Problem> problems = factory.validate(
                "s3",
                config(
                        "bucket", "s3://states/team",
                        "key_prefix", "/team//states",
                        "region", "Frankfurt",
                        "endpoint", "minio:9000",
                        "secret_key", "s3cr3t",
                        "session_token", "t0k3n",
                        "encrypt", "false",
                        "kms_key_id", "alias/states"));

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kolumn.state.s3.bucket",
                        "kolumn.state.s3.key-prefix",
                        "kolumn.state.s3.region",
                        "kolumn.state.s3.endpoint",
                        "kolumn.state.s3.secret-key",
                        "kolumn.state.s3.session-token",
                        "kolumn.state.s3.kms-key-id");
        assertThat(problems.toString()).doesNotContain("s3cr3t", "t0k3n");
    }

    @Test
    void valuesOfAWrongTypeAreNamedAtOnce() {
        Map<String, String> config = config(
                "storage_class", "GLACIER",
                "max_retries", "21",
                "acl", "everybody",
                "force_path_style", "perhaps",
                "bukket", "states");
        config.remove("bucket");

        assertThat(factory.validate("s3", config).toString())
                .contains("bucket", "is required", "GLACIER", "21", "everybody", "perhaps", "bukket");
    }

    @ParameterizedTest
    @CsvSource({
        "access_key, AK, kolumn.state.s3.access-key",
        "secret_key, SK, kolumn.state.s3.secret-key",
        "session_token, ST, kolumn.state.s3.session-token"
    })
    void credentialsAreGivenWholeOrNotAtAll(String key, String value, String named) {
        assertThat(factory.validate("s3", config(key, value)))
                .extracting(Problem::key)
                .containsExactly(named);
    }

    @Test
    void aProfileAndAKeyExcludeEachOther() {
        assertThat(factory.validate("s3", config("access_key", "AK", "secret_key", "SK", "profile", "team")))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.s3.profile");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "states",
                "my.states-1",
                "arn:aws:s3:eu-west-1:123456789012:accesspoint/states",
                "arn:aws:s3-outposts:eu-west-1:123456789012:accesspoint:states"
            })
    void bucketsAndAccessPointsAreTaken(String bucket) {
        assertThat(factory.validate("s3", config("bucket", bucket))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "states/team", "s3://states", "st ates", "-states", "states\n"})
    void whatIsNoBucketIsNotTaken(String bucket) {
        assertThat(factory.validate("s3", config("bucket", bucket + "")).stream()
                        .map(Problem::key))
                .isEqualTo(bucket.strip().equals("states") ? List.of() : List.of("kolumn.state.s3.bucket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/team", "team//states", "team/../states", "./team", "te am", "team\u0000", "täm"})
    void whatIsNoPrefixIsNotTaken(String prefix) {
        assertThat(factory.validate("s3", config("key_prefix", prefix)))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.s3.key-prefix");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minio:9000",
                "ftp://minio",
                "https://user:s3cr3t@minio",
                "https://minio?x=y",
                "https://minio#x",
                "https://",
                "not an address"
            })
    void whatIsNoEndpointIsNotTaken(String endpoint) {
        assertThat(factory.validate("s3", config("endpoint", endpoint)))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.s3.endpoint");
    }

    /** AWS is believed, and is raced on only where somebody asks for it. */
    @ParameterizedTest
    @CsvSource({", PT0S, PT1H", "6h, PT6H, PT6H", "1m, PT1M, PT1M", "0, PT0S, PT0S"})
    void theCanaryRacesHourlyWhereAnEndpointIs(String given, Duration onAws, Duration elsewhere) {
        Map<String, String> config = config();
        if (given != null) {
            config.put("canary_interval", given);
        }
        assertThat(S3Provider.canary(S3Stores.checked(config), true)).isEqualTo(onAws);
        assertThat(S3Provider.canary(S3Stores.checked(config), false)).isEqualTo(elsewhere);
    }

    @ParameterizedTest
    @ValueSource(strings = {"59s", "1ms", "-PT1H"})
    void aCanaryThatRacesAllTheTimeIsRefused(String interval) {
        assertThat(factory.validate("s3", config("canary_interval", interval)))
                .extracting(Problem::key)
                .containsExactly("kolumn.state.s3.canary-interval");
    }
}
