package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.store.s3.S3Door.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stores that have many writers of one object wait for each other, and what a race finds that was not waited for. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class S3CrowdsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(50);

    private final S3Door door = TestS3.embedded().newDoor();
    private final String bucket = TestS3.embedded().newBucket();
    private final S3Bucket asked = new S3Bucket(
            S3Clients.own(S3Stores.checked(bucket, door)),
            S3Clients.settings(S3Stores.checked(bucket, door), TestS3.embedded().client()));
    private final S3Scratch pairs = new S3Scratch(asked, new S3Layout("pairs/"));
    private final CountDownLatch come = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch removed = new CountDownLatch(1);
    private final List<BrokenPromise> late = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeAll() {
        go.countDown();
        asked.close();
        door.close();
    }

    private void run(int crowds) throws BrokenPromise {
        new S3Races(asked, pairs::newKey, 3)
                .run(2, new S3Crowds(asked, new S3Layout("crowds/"), crowds, late::add), TIMEOUT);
    }

    private void holdCrowds() {
        door.play(S3Fault.holdBefore(come, go), call -> of("PUT", call));
        door.play(S3Fault.internalError(), call -> {
            if (of("DELETE", call)) {
                removed.countDown();
            }
            return false;
        });
    }

    private static boolean of(String method, S3Call call) {
        return call.method().equals(method) && call.key().startsWith("crowds/");
    }

    /** What the crowd wrote is removed when it is through. */
    private void letGo() throws InterruptedException {
        go.countDown();
        assertThat(removed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCrowdThatWaitsForItselfIsNotWaitedForAndWhatItFindsIsTold() throws Exception {
        holdCrowds();
        run(4);
        assertThat(come.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(late).isEmpty();

        door.behave(Behaviour.LETS_RACERS_WIN);
        letGo();
        Awaitility.await()
                .untilAsserted(() -> assertThat(late)
                        .singleElement()
                        .extracting(BrokenPromise::what)
                        .asString()
                        .contains("of 8 simultaneous writers create one object"));
    }

    @Test
    void aSoundCrowdThatIsLateTellsNothing() throws Exception {
        holdCrowds();
        run(1);
        letGo();

        assertThat(late).isEmpty();
    }

    /** The start ends for it: there is nothing to stop any more. */
    @Test
    void afterPairsThatFailedALateCrowdTellsNothing() throws Exception {
        holdCrowds();
        door.behave(Behaviour.LETS_RACERS_WIN);

        assertThatThrownBy(() -> run(1))
                .isInstanceOf(BrokenPromise.class)
                .hasMessageContaining("of 2 simultaneous writers");
        letGo();

        assertThat(late).isEmpty();
    }
}
