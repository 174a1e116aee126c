package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.s3.S3Call.any;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.s3.S3Call.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;

/** Orphans are removed, and never anything that somebody points at, or still could. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3SweepTest {

    private static final StateName NAME = StateName.of("prod");

    /** So old is everything: as if days had passed since it was written. */
    private static final Duration DAYS_LATER = Duration.ZERO;

    private final TestS3 s3 = TestS3.embedded();
    private final S3Door door = s3.newDoor();
    private final S3Door otherDoor = s3.newDoor();
    private final String bucket = s3.newBucket();
    private final List<StateStore> open = new ArrayList<>();
    private final S3Store store = opened(door);
    private final S3Store other = opened(otherDoor);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void closeAll() {
        threads.close();
        open.forEach(StateStore::close);
        door.close();
        otherDoor.close();
    }

    private S3Store opened(S3Door through) {
        S3Store opened = S3Stores.open(bucket, through);
        opened.proof().ensure();
        opened.proof().cleaned(Duration.ofSeconds(30));
        open.add(opened);
        return opened;
    }

    private String orphan(StateName name) {
        String key = "versions/" + name + "/+9-00000000000000000000000000000000.klstate";
        s3.client().putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString("{}"));
        return key;
    }

    private StateHead head() {
        return store.head(NAME).orElseThrow();
    }

    /** What is stored of the versions of all states. */
    private List<String> stored() {
        return s3.keys(bucket).stream()
                .filter(key -> key.startsWith("versions/"))
                .toList();
    }

    @Test
    void anOldOrphanIsRemovedAndEverythingElseStays() {
        store.commit(create(NAME, document(1)));
        store.commit(write(head(), document(2)));
        store.commit(create(StateName.of("prod/inner"), document(1)));
        List<String> versions = stored();
        StateHead before = head();
        orphan(NAME);
        String foreign = orphan(StateName.of("prod/inner"));

        assertThat(store.sweep(NAME, Duration.ofDays(1))).as("young ones").isZero();
        assertThat(head().revision()).isEqualTo(before.revision());
        assertThat(store.sweep(NAME, DAYS_LATER)).isEqualTo(1);

        assertThat(stored()).hasSize(versions.size() + 1).containsAll(versions).contains(foreign);
        StateHead after = head();
        assertThat(after.revision()).isNotEqualTo(before.revision());
        assertThat(after.current()).isEqualTo(before.current());
        assertThat(after.lastVersion()).isEqualTo(before.lastVersion());
        assertThat(store.history(NAME, Long.MAX_VALUE, 10))
                .hasSize(2)
                .allSatisfy(version -> assertThat(store.content(NAME, version)).isPresent());
    }

    @Test
    void withoutOrphansTheHeadStaysAsItIs() {
        store.commit(create(NAME, document(1)));
        StateHead before = head();

        assertThat(store.sweep(NAME, DAYS_LATER)).isZero();
        assertThat(store.sweep(StateName.of("never"), DAYS_LATER)).isZero();

        assertThat(head().revision()).isEqualTo(before.revision());
        assertThat(store.head(StateName.of("never"))).isEmpty();
    }

    /** Its content is there and its head on the way when it falls asleep; when it wakes, its content is gone. */
    @Test
    void aWriterWhoSleptForTwoDaysFails() throws Exception {
        store.commit(create(NAME, document(1)));
        StateHead from = head();
        Future<Boolean> slept = asleep(() -> store.commit(write(from, document(2))), () -> {
            assertThat(stored()).hasSize(2);
            assertThat(other.sweep(NAME, DAYS_LATER)).isEqualTo(1);
        });

        assertThat(slept.get()).isFalse();
        assertThat(head().current()).isEqualTo(from.current());
        assertThat(stored()).hasSize(1);
        everythingKeptIsThere();
    }

    @Test
    void aFirstWriterWhoSleptForTwoDaysFailsToo() throws Exception {
        Future<Boolean> slept = asleep(
                () -> store.commit(create(NAME, document(1))),
                () -> assertThat(other.sweep(NAME, DAYS_LATER)).isEqualTo(1));

        assertThat(slept.get()).isFalse();
        assertThat(head().current()).isNull();
        assertThat(head().lastVersion()).isZero();
        assertThat(stored()).isEmpty();
        assertThat(store.commit(write(head(), document(1)))).isTrue();
        everythingKeptIsThere();
    }

    /** Whoever asked the service for it does not notice: the rules are asked again, and it is written anew. */
    @Test
    void behindTheRulesTheWriteOfTheSleeperSucceedsAnew() throws Exception {
        StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
        backend.put(NAME, document(1), WriteOptions.none());
        Future<StateVersion> slept = asleep(
                () -> backend.put(NAME, document(2), WriteOptions.none()).version(),
                () -> assertThat(other.sweep(NAME, DAYS_LATER)).isEqualTo(1));

        assertThat(slept.get().number()).isEqualTo(2);
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(document(2));
        assertThat(stored()).hasSize(2);
        everythingKeptIsThere();
    }

    /** A writer that is quicker than the sweep keeps what it wrote. */
    @Test
    void aSweepThatWasOvertakenRemovesNothing() throws Exception {
        store.commit(create(NAME, document(1)));
        String orphan = orphan(NAME);
        Future<Integer> swept =
                asleep(() -> store.sweep(NAME, DAYS_LATER), () -> other.commit(write(head(), document(2))));

        assertThat(swept.get()).isZero();
        assertThat(stored()).hasSize(3).contains(orphan);
        assertThat(other.sweep(NAME, DAYS_LATER)).isEqualTo(1);
        everythingKeptIsThere();
    }

    private <T> Future<T> asleep(Callable<T> sleeper, Runnable meanwhile) throws Exception {
        CountDownLatch asleep = new CountDownLatch(1);
        CountDownLatch wakes = new CountDownLatch(1);
        door.play(1, S3Fault.holdBefore(asleep, wakes), any("PUT", Kind.HEADS));
        Future<T> running = threads.submit(sleeper);
        try {
            assertThat(asleep.await(30, TimeUnit.SECONDS)).isTrue();
            meanwhile.run();
        } finally {
            wakes.countDown();
        }
        running.get(30, TimeUnit.SECONDS);
        return running;
    }

    private void everythingKeptIsThere() {
        assertThat(other.history(NAME, Long.MAX_VALUE, 100))
                .allSatisfy(version -> assertThat(other.content(NAME, version)).isPresent());
    }
}
