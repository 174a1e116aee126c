package io.kolumn.state.store.s3;

import io.kolumn.state.config.StoreConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of S3, and the settings of a store that works with one. */
final class S3Clients {

    /** Of one replica: a request of the service uses one, all listings together up to 24. */
    static final int CONNECTIONS = 100;

    static final Duration CONNECT = Duration.ofSeconds(2);
    static final Duration SILENCE = Duration.ofSeconds(30);

    private S3Clients() {}

    /** One of its own, for a store that the service does not serve. */
    static S3Client own(StoreConfig config) {
        S3ClientBuilder builder = S3Client.builder()
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .region(Region.of(config.text("region").orElseThrow()))
                .credentialsProvider(credentials(config))
                .serviceConfiguration(
                        service -> service.chunkedEncodingEnabled(false).pathStyleAccessEnabled(pathStyle(config)))
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE)
                        .expectContinueEnabled(false));
        config.text("endpoint").map(URI::create).ifPresent(builder::endpointOverride);
        return finished(builder, config);
    }

    /**
     * With what every store needs: our retries, and no needless waiting. That no checksums are sent which look-alike stores
     * do not know is for the builder to say: Quarkus's does by a setting, beside which the SDK allows no other.
     */
    static S3Client finished(S3ClientBuilder builder, StoreConfig config) {
        int attempts = 1 + (int) config.number("max_retries");
        return builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts)
                                .build())
                        .addExecutionInterceptor(new SmallBodies())
                        .addExecutionInterceptor(new HeldBody.Sending())
                        .build())
                .build();
    }

    /** Where an endpoint is set, most stores have no host name for each bucket. */
    static boolean pathStyle(StoreConfig config) {
        return config.text("force_path_style")
                .map(Boolean::parseBoolean)
                .orElseGet(() -> config.text("endpoint").isPresent());
    }

    private static AwsCredentialsProvider credentials(StoreConfig config) {
        Optional<String> access = config.text("access_key");
        if (access.isPresent()) {
            String secret = config.text("secret_key").orElseThrow();
            Optional<String> token = config.text("session_token");
            return StaticCredentialsProvider.create(
                    token.isPresent()
                            ? AwsSessionCredentials.create(access.get(), secret, token.get())
                            : AwsBasicCredentials.create(access.get(), secret));
        }
        Optional<String> profile = config.text("profile");
        return profile.isPresent()
                ? ProfileCredentialsProvider.create(profile.get())
                : DefaultCredentialsProvider.builder().build();
    }

    /** What the keys say, and where the client really asks: an endpoint can be set by other means than the key. */
    static S3Settings settings(StoreConfig config, S3Client client) {
        String bucket = config.text("bucket").orElseThrow();
        String prefix = config.text("key_prefix").orElse("");
        boolean aws = aws(client, bucket);
        return new S3Settings(
                bucket,
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
                place(client, bucket, aws),
                aws,
                config.flag("encrypt"),
                config.text("kms_key_id").orElse(null),
                config.text("storage_class").orElseThrow(),
                config.text("acl").orElse(null),
                config.flag("allow_unsafe_locks"));
    }

    /** For a bucket of somebody else's that is only read. */
    static S3Settings reading(StoreConfig config, S3Client client) {
        String bucket = config.text("bucket").orElseThrow();
        boolean aws = aws(client, bucket);
        return new S3Settings(bucket, "", place(client, bucket, aws), aws, false, null, "STANDARD", null, false);
    }

    private static boolean aws(S3Client client, String bucket) {
        String host = host(client, bucket);
        return client.serviceClientConfiguration().endpointOverride().isEmpty()
                && (host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn"));
    }

    private static String host(S3Client client, String bucket) {
        return client.utilities()
                .getUrl(object -> object.bucket(bucket).key("heads"))
                .getHost();
    }

    private static String place(S3Client client, String bucket, boolean aws) {
        return aws
                ? "AWS (" + client.serviceClientConfiguration().region() + ")"
                : client.serviceClientConfiguration()
                        .endpointOverride()
                        .map(URI::toString)
                        .orElseGet(() -> host(client, bucket));
    }
}
