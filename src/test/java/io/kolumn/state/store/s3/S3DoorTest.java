package io.kolumn.state.store.s3;

import static io.kolumn.state.store.s3.S3Call.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.store.s3.S3Call.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** What the tests' own store does, so that tests over it can be believed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3DoorTest {

    private static final String KEY = "state/heads/prod";

    private final TestS3 store = TestS3.embedded();
    private final S3Door door = store.newDoor();
    private final S3Client client = unretried();
    private final String bucket = store.newBucket();

    @AfterEach
    void closeAll() {
        client.close();
        door.close();
    }

    private S3Client unretried() {
        return store.newClient(door.endpoint(), override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    }

    private PutObjectResponse put(String text, Consumer<PutObjectRequest.Builder> more) {
        return client.putObject(request -> more.accept(request.bucket(bucket).key(KEY)), RequestBody.fromString(text));
    }

    private PutObjectResponse put(String text) {
        return put(text, request -> {});
    }

    private String stored() {
        return store.client()
                .getObjectAsBytes(request -> request.bucket(bucket).key(KEY))
                .asUtf8String();
    }

    private static int refused(Runnable call) {
        return Objects.requireNonNull(catchThrowableOfType(S3Exception.class, call::run))
                .statusCode();
    }

    // What S3 does.

    @Test
    void conditionsHold() {
        String first = put("1", request -> request.ifNoneMatch("*")).eTag();
        assertThat(refused(() -> put("2", request -> request.ifNoneMatch("*")))).isEqualTo(412);
        String second = put("2", request -> request.ifMatch(first)).eTag();
        assertThat(second).isNotEqualTo(first);
        assertThat(refused(() -> put("3", request -> request.ifMatch(first)))).isEqualTo(412);
        assertThat(stored()).isEqualTo("2");
        assertThat(refused(() -> client.getObject(
                        request -> request.bucket(bucket).key(KEY).ifNoneMatch(second))))
                .isEqualTo(304);
        client.deleteObject(request -> request.bucket(bucket).key(KEY));
        assertThat(refused(() -> put("3", request -> request.ifMatch(second)))).isIn(404, 412);
        assertThat(store.keys(bucket)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRaceHasOneWinner(boolean create) throws Exception {
        for (int round = 0; round < 5; round++) {
            assertThat(race(create, 16)).as("round %s", round).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStoreMayLetRacersWin(boolean create) throws Exception {
        door.behave(S3Door.Behaviour.LETS_RACERS_WIN);

        assertThat(race(create, 16)).isGreaterThan(1);
        assertThat(refused(() -> put("late", request -> request.ifNoneMatch("*"))))
                .isEqualTo(412);
        assertThat(refused(() -> put("late", request -> request.ifMatch("\"other\""))))
                .isEqualTo(412);
    }

    /** How many of the writers won. */
    private int race(boolean create, int writers) throws Exception {
        client.deleteObject(request -> request.bucket(bucket).key(KEY));
        String tag = create ? "" : put("before").eTag();
        CyclicBarrier start = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> racers = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                String text = "writer " + writer;
                racers.add(threads.submit(() -> {
                    start.await();
                    try {
                        put(text, request -> (create ? request.ifNoneMatch("*") : request.ifMatch(tag)).build());
                        return 1;
                    } catch (S3Exception e) {
                        assertThat(e.statusCode()).isEqualTo(412);
                        return 0;
                    }
                }));
            }
            int won = 0;
            for (Future<Integer> racer : racers) {
                won += racer.get();
            }
            return won;
        }
    }

    @Test
    void aLargeBodyComesBackAsItWas() {
        byte[] large = new byte[5_000_000];
        new java.util.Random(1).nextBytes(large);
        put("small");
        String tag = client.putObject(
                        request -> request.bucket(bucket)
                                .key(KEY)
                                .ifMatch(put("again").eTag()),
                        RequestBody.fromBytes(large))
                .eTag();
        assertThat(client.getObjectAsBytes(request -> request.bucket(bucket).key(KEY))
                        .asByteArray())
                .isEqualTo(large);
        assertThat(refused(() -> client.putObject(
                        request -> request.bucket(bucket).key(KEY).ifMatch("\"other\""), RequestBody.fromBytes(large))))
                .isEqualTo(412);
        assertThat(client.headObject(request -> request.bucket(bucket).key(KEY)).eTag())
                .isEqualTo(tag);
    }

    @Test
    void wrongKeysAreRefused() {
        try (S3Client other = S3Client.builder()
                .applyMutation(builder -> store.configure(builder, door.endpoint(), "wrong"))
                .build()) {
            assertThat(refused(() -> other.listObjectsV2(request -> request.bucket(bucket))))
                    .isEqualTo(403);
        }
    }

    // What other stores do.

    @Test
    void aStoreMayIgnoreConditions() {
        door.behave(S3Door.Behaviour.IGNORES_CONDITIONS);
        put("1");
        put("2", request -> request.ifNoneMatch("*"));
        put("3", request -> request.ifMatch("\"other\""));
        assertThat(stored()).isEqualTo("3");
    }

    @Test
    void encryptionIsSaidOrNot() {
        Consumer<PutObjectRequest.Builder> encrypted = request ->
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId("key-1");
        PutObjectResponse stored = put("1", encrypted);
        assertThat(stored.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(stored.ssekmsKeyId()).isEqualTo("key-1");
        assertThat(client.headObject(request -> request.bucket(bucket).key(KEY)).serverSideEncryption())
                .isEqualTo(ServerSideEncryption.AWS_KMS);

        door.behave(S3Door.Behaviour.IGNORES_ENCRYPTION);
        assertThat(put("2", encrypted).serverSideEncryption()).isNull();
        door.behave();
        assertThat(put("3").serverSideEncryption()).isNull();
    }

    // What networks do.

    @Test
    void theyMayBeSlow() {
        door.delay(Duration.ofMillis(100));
        long start = System.nanoTime();
        put("1");
        read();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aCutBeforeLeavesNothing() {
        door.play(1, S3Fault.cutBefore(), any("PUT", Kind.HEADS));
        assertThatThrownBy(() -> put("1")).isInstanceOf(SdkClientException.class);
        assertThat(store.keys(bucket)).isEmpty();
        put("2");
        assertThat(stored()).isEqualTo("2");
    }

    @Test
    void aCutAfterLosesTheAnswerAlone() {
        door.play(1, S3Fault.cutAfter(), any("PUT", Kind.HEADS));
        assertThatThrownBy(() -> put("1")).isInstanceOf(SdkClientException.class);
        assertThat(stored()).isEqualTo("1");
        assertThat(door.answers()).containsExactly(Map.entry("PUT heads 0", 1L));
    }

    @Test
    void anErrorMayComeAfterSuccess() {
        door.play(1, S3Fault.errorAfter(500, "InternalError"), any("PUT", Kind.HEADS));
        assertThat(refused(() -> put("1"))).isEqualTo(500);
        assertThat(stored()).isEqualTo("1");
    }

    @Test
    void aStallLastsUntilTheTestEndsIt() throws Exception {
        CountDownLatch come = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        door.play(1, S3Fault.holdBefore(come, go), any("PUT", Kind.HEADS));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> held = threads.submit(() -> put("held"));
            come.await();
            put("meanwhile");
            assertThat(held.isDone()).isFalse();
            go.countDown();
            held.get();
        }
        assertThat(stored()).isEqualTo("held");
    }

    @Test
    void stalledConnectionsBreakInTheEnd() {
        CountDownLatch ended = new CountDownLatch(0);
        door.play(1, S3Fault.stallBefore(ended), any("PUT", Kind.HEADS));
        assertThatThrownBy(() -> put("1")).isInstanceOf(SdkClientException.class);
        assertThat(store.keys(bucket)).isEmpty();
        door.play(1, S3Fault.stallAfter(ended), any("PUT", Kind.HEADS));
        assertThatThrownBy(() -> put("1")).isInstanceOf(SdkClientException.class);
        assertThat(stored()).isEqualTo("1");
    }

    @Test
    void refusalsAreThoseOfS3() {
        Map<S3Fault, Integer> faults = Map.of(
                S3Fault.internalError(), 500,
                S3Fault.slowDown(), 503,
                S3Fault.accessDenied(), 403,
                S3Fault.clockSkew(), 403,
                S3Fault.expiredToken(), 400,
                S3Fault.wrongRegion("eu-west-1"), 301);
        faults.forEach((fault, status) -> {
            door.play(1, fault, any("PUT", Kind.HEADS));
            S3Exception refused = Objects.requireNonNull(catchThrowableOfType(S3Exception.class, () -> put("1")));
            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.awsErrorDetails().errorCode()).isNotBlank();
        });
        assertThat(store.keys(bucket)).isEmpty();
    }

    @Test
    void whatIsReadMayBeDamaged() {
        put("0123456789");
        door.play(1, S3Fault.truncated(4), any("GET", Kind.HEADS));
        assertThat(read()).isEqualTo("0123");
        door.play(1, S3Fault.tampered(), any("GET", Kind.HEADS));
        assertThat(read()).hasSize(10).isNotEqualTo("0123456789");
        door.play(1, S3Fault.cutWithin(4), any("GET", Kind.HEADS));
        assertThatThrownBy(this::read).isInstanceOf(SdkClientException.class);
        assertThat(read()).isEqualTo("0123456789");
    }

    private String read() {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(KEY))
                .asUtf8String();
    }

    @Test
    void requestsAreCountedByWhatTheyAskFor() {
        put("1");
        read();
        client.putObject(
                request -> request.bucket(bucket).key("state/versions/heads/+1-a.klstate"),
                RequestBody.fromString("v"));
        client.listObjectsV2(request -> request.bucket(bucket).prefix("state/heads/"));
        client.headBucket(request -> request.bucket(bucket));
        client.deleteObject(request -> request.bucket(bucket).key("state/probe/1"));
        assertThat(door.counts())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PUT heads", 1L,
                        "GET heads", 1L,
                        "PUT versions", 1L,
                        "GET list", 1L,
                        "HEAD bucket", 1L,
                        "DELETE probe", 1L));
        door.forgetCounts();
        assertThat(door.counts()).isEmpty();
    }
}
