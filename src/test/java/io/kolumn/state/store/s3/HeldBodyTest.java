package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** Racers meet before their last byte, whatever the client reads a body for before it sends it. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HeldBodyTest {

    private static final String KEY = "probe/held";

    private final S3Door door = TestS3.embedded().newDoor();
    private final String bucket = TestS3.embedded().newBucket();
    private final S3Bucket asked = new S3Bucket(
            S3Clients.own(S3Stores.checked(bucket, door)),
            S3Clients.settings(S3Stores.checked(bucket, door), TestS3.embedded().client()));

    @AfterEach
    void closeAll() {
        asked.close();
        door.close();
    }

    private PutObjectResponse write(StartLine line, int size) {
        byte[] bytes = new byte[size];
        return asked.writeIf("x", KEY, new S3Bucket.Body(new HeldBody(bytes, line), size, "text/plain"), null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 32 << 10})
    void noRequestIsWholeBeforeAllHaveComeToTheirLastByte(int size) throws Exception {
        StartLine line = new StartLine(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PutObjectResponse> first = threads.submit(() -> write(line, size));
            Awaitility.await().until(() -> line.missing() == 1);
            assertThat(door.counts()).isEmpty();

            Future<PutObjectResponse> second = threads.submit(() -> write(line, size));
            assertThat(List.of(won(first), won(second))).containsExactlyInAnyOrder(true, false);
        }
        assertThat(line.together()).isTrue();
        assertThat(door.answers()).containsOnlyKeys("PUT probe 200", "PUT probe 412");
    }

    private static boolean won(Future<PutObjectResponse> answer) throws Exception {
        return answer.get() != null;
    }

    /** Its partner cannot come: it goes on alone, and the race does not count. */
    @Test
    void whoComesAloneIsNotHeldForEver() {
        StartLine line = new StartLine(2);
        line.spoilt();

        assertThat(write(line, 256)).isNotNull();
        assertThat(line.together()).isFalse();
    }

    @Test
    void anAttemptThatIsMadeAgainIsNoRace() {
        StartLine line = new StartLine(1);
        door.play(1, S3Fault.slowDown(), call -> true);

        assertThat(write(line, 256)).isNotNull();
        assertThat(line.together()).isFalse();
    }

    /** All that a body holds comes, in any pieces. */
    @Test
    void whatIsHeldIsWhole() {
        byte[] bytes = "held back".getBytes(StandardCharsets.UTF_8);
        assertThat(new HeldBody(bytes, new StartLine(1)).newStream()).hasBinaryContent(bytes);
    }
}
