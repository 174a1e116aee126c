package io.kolumn.state.encryption.keys;

import io.kolumn.state.encryption.keys.KmsSettings.AccessKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** The clients of KMS, one for each region that has a key; each is made when it is first needed. */
final class KmsClients implements AutoCloseable {

    private static final int CONNECTIONS = 50;
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final KmsSettings settings;
    private final Map<String, KmsClient> clients = new ConcurrentHashMap<>();

    KmsClients(KmsSettings settings) {
        this.settings = settings;
    }

    KmsClient in(String region) {
        return clients.computeIfAbsent(region, this::made);
    }

    private KmsClient made(String region) {
        Duration silence = settings.timeout();
        KmsClientBuilder builder = KmsClient.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials())
                .overrideConfiguration(client -> client.retryStrategy(AwsRetryStrategy.standardRetryStrategy()))
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(CONNECTIONS)
                        .connectionTimeout(silence.compareTo(CONNECT) < 0 ? silence : CONNECT)
                        .connectionAcquisitionTimeout(silence)
                        .socketTimeout(silence)
                        .expectContinueEnabled(false));
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    private AwsCredentialsProvider credentials() {
        AccessKey given = settings.accessKey();
        if (given != null) {
            return StaticCredentialsProvider.create(
                    given.token() == null
                            ? AwsBasicCredentials.create(given.id(), given.secret())
                            : AwsSessionCredentials.create(given.id(), given.secret(), given.token()));
        }
        return settings.profile() == null
                ? DefaultCredentialsProvider.builder().build()
                : ProfileCredentialsProvider.create(settings.profile());
    }

    @Override
    public void close() {
        clients.values().forEach(KmsClient::close);
    }
}
