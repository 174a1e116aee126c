package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.store.s3.S3Call.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.CachingStore;
import io.kolumn.state.store.s3.S3Call.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each operation asks of S3: what it costs, and how long it takes. docs/s3.md shows it as a table. */
class S3RequestsTest {

    private static final StateName NAME = StateName.of("prod");
    private static final BackendSettings SETTINGS = BackendSettings.defaults();

    private final TestS3 store = TestS3.embedded();
    private final S3Door door = store.newDoor();
    private final String bucket = store.newBucket();
    private final List<StateBackend> open = new ArrayList<>();
    private final List<S3Store> stores = new ArrayList<>();

    /** It has served for a while. */
    private StateBackend warm;

    @BeforeEach
    void serve() {
        warm = newBackend(SETTINGS);
        warm.put(NAME, document(1), WriteOptions.none());
        warm.get(NAME);
    }

    @AfterEach
    void closeAll() {
        open.forEach(StateBackend::close);
        door.close();
    }

    /** As the service makes it. */
    private StateBackend newBackend(BackendSettings settings) {
        S3Store store = S3Stores.open(bucket, door);
        stores.add(store);
        StateStore cached = new CachingStore(store, 64 << 20);
        StateBackend backend = new StateBackend(cached, Clock.systemUTC(), settings);
        open.add(backend);
        return backend;
    }

    /** It was started a moment ago, and has written elsewhere. */
    private StateBackend cold() {
        StateBackend backend = newBackend(SETTINGS);
        backend.lock(StateName.of("elsewhere/" + open.size()), LockInfo.of("x", "ada", "apply"), LockOptions.none());
        return backend;
    }

    private Map<String, Long> requests(Runnable operation) {
        stores.forEach(store -> store.proof().cleaned(Duration.ofSeconds(30)));
        door.forgetCounts();
        operation.run();
        return door.answers();
    }

    private static void write(StateBackend backend, long serial) {
        backend.put(NAME, document(serial), WriteOptions.none());
    }

    private static void lock(StateBackend backend, String id) {
        backend.lock(NAME, LockInfo.of(id, "ada", "apply"), LockOptions.none());
    }

    @Test
    void aStartOnAProvenStoreCostsTwoGets() {
        StateBackend started = newBackend(SETTINGS);
        assertThat(requests(() -> lock(started, "a")))
                .isEqualTo(Map.of("GET probe 404", 1L, "GET probe 200", 1L, "GET heads 200", 1L, "PUT heads 200", 1L));
    }

    @Test
    void aGetOfWhatHasNotChangedIsOneQuestionForTheHead() {
        assertThat(requests(() -> warm.get(NAME))).isEqualTo(Map.of("GET heads 304", 1L));
        assertThat(requests(() -> warm.current(NAME))).isEqualTo(Map.of("GET heads 304", 1L));
    }

    @Test
    void aGetOfWhatHasChangedOrWasNeverSeenReadsHeadAndVersion() {
        Map<String, Long> both = Map.of("GET heads 200", 1L, "GET versions 200", 1L);
        StateBackend other = cold();
        assertThat(requests(() -> other.get(NAME))).isEqualTo(both);
        write(other, 2);
        assertThat(requests(() -> warm.get(NAME))).isEqualTo(both);
    }

    @Test
    void aGetOfWhatIsNotThereIsOneRequest() {
        assertThat(requests(() -> warm.get(StateName.of("absent")))).isEqualTo(Map.of("GET heads 404", 1L));
    }

    @Test
    void aWriteIsTwoPuts() {
        assertThat(requests(() -> write(warm, 2))).isEqualTo(Map.of("PUT versions 200", 1L, "PUT heads 200", 1L));
        StateBackend other = cold();
        assertThat(requests(() -> write(other, 3)))
                .isEqualTo(Map.of("GET heads 200", 1L, "PUT versions 200", 1L, "PUT heads 200", 1L));
    }

    @Test
    void aFirstWriteAsksOnceMore() {
        assertThat(requests(() -> warm.put(StateName.of("new"), document(1), WriteOptions.none())))
                .isEqualTo(Map.of("GET heads 404", 1L, "PUT versions 200", 1L, "PUT heads 200", 1L));
    }

    @Test
    void aWriteOfTheSameIsOneQuestion() {
        assertThat(requests(() -> write(warm, 1))).isEqualTo(Map.of("GET heads 304", 1L));
    }

    @Test
    void whatIsDroppedCostsADelete() {
        StateBackend keepsOne = newBackend(SETTINGS.keeping(1, null));
        keepsOne.put(NAME, document(2), WriteOptions.none());
        assertThat(requests(() -> keepsOne.put(NAME, document(3), WriteOptions.none())))
                .isEqualTo(Map.of("PUT versions 200", 1L, "PUT heads 200", 1L, "DELETE versions 204", 1L));
    }

    @Test
    void aWriteDoesNotWaitForADelete() {
        StateStore served = new S3Provider().open(S3Stores.checked(bucket, door));
        StateBackend keepsOne = new StateBackend(served, Clock.systemUTC(), SETTINGS.keeping(1, null));
        open.add(keepsOne);
        keepsOne.put(NAME, document(2), WriteOptions.none());
        CountDownLatch come = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        door.play(1, S3Fault.holdBefore(come, answered), any("DELETE", Kind.VERSIONS));

        keepsOne.put(NAME, document(3), WriteOptions.none()); // would wait for itself

        answered.countDown();
        await().until(() -> come.getCount() == 0 && door.answers().containsKey("DELETE versions 204"));
    }

    @Test
    void aLockIsOnePutAndSoIsItsEnd() {
        Map<String, Long> put = Map.of("PUT heads 200", 1L);
        Map<String, Long> getAndPut = Map.of("GET heads 200", 1L, "PUT heads 200", 1L);
        assertThat(requests(() -> lock(warm, "a"))).isEqualTo(put);
        assertThat(requests(() -> warm.unlock(NAME, "a"))).isEqualTo(put);
        StateBackend other = cold();
        assertThat(requests(() -> lock(other, "b"))).isEqualTo(getAndPut);
        StateBackend third = cold();
        assertThat(requests(() -> third.unlock(NAME, "b"))).isEqualTo(getAndPut);
    }

    /** A refused lock looks once more, so that it names who holds it now. */
    @Test
    void aRefusalIsOneQuestionAndThatOfALockTwo() {
        lock(warm, "a");
        assertThat(requests(() -> assertThatThrownBy(() -> lock(warm, "other")).isInstanceOf(Locked.class)))
                .isEqualTo(Map.of("GET heads 304", 2L));
        assertThat(requests(() -> assertThatThrownBy(() -> write(warm, 2)).isInstanceOf(Locked.class)))
                .isEqualTo(Map.of("GET heads 304", 1L));
    }

    /** Whoever did not write last finds out by a refused PUT, and begins again. */
    @Test
    void aWriterThatWasOvertakenBeginsAgain() {
        StateBackend other = cold();
        write(other, 2);
        assertThat(requests(() -> lock(warm, "a")))
                .isEqualTo(Map.of("PUT heads 412", 1L, "GET heads 200", 1L, "PUT heads 200", 1L));
        warm.unlock(NAME, "a");
        assertThat(requests(() -> write(other, 3)))
                .isEqualTo(Map.of(
                        "PUT versions 200", 2L,
                        "PUT heads 412", 1L,
                        "GET heads 200", 1L,
                        "GET heads 304", 1L,
                        "DELETE versions 204", 1L,
                        "PUT heads 200", 1L));
    }

    @Test
    void aDeletionIsOnePut() {
        assertThat(requests(() -> warm.delete(NAME, WriteOptions.none()))).isEqualTo(Map.of("PUT heads 200", 1L));
    }

    @Test
    void aHistoryIsOneQuestion() {
        assertThat(requests(() -> warm.history(NAME, Long.MAX_VALUE, 100))).isEqualTo(Map.of("GET heads 304", 1L));
    }

    @Test
    void aListIsAPageOfKeysAndTheHeadsThatMoved() {
        for (int state = 0; state < 5; state++) {
            warm.put(StateName.of("team/" + state), document(1), WriteOptions.none());
        }
        ListQuery team = new ListQuery("team/", null, 100, false, false);
        StateBackend other = cold();
        assertThat(requests(() -> assertThat(other.list(team).heads()).hasSize(5)))
                .isEqualTo(Map.of("GET list 200", 1L, "GET heads 200", 5L));
        assertThat(requests(() -> other.list(team))).isEqualTo(Map.of("GET list 200", 1L));
        warm.put(StateName.of("team/1"), document(2), WriteOptions.none());
        assertThat(requests(() -> other.list(team))).isEqualTo(Map.of("GET list 200", 1L, "GET heads 200", 1L));
    }

    @Test
    void aPrefixThatNoNameStartsWithIsNotAskedFor() {
        for (String prefix : List.of("../", "./", "a//", "/a", "%", "a/-b")) {
            ListQuery query = new ListQuery(prefix, null, 100, false, false);

            assertThat(requests(() -> assertThat(warm.list(query).heads()).isEmpty()))
                    .as(prefix)
                    .isEmpty();
        }
    }

    @Test
    void quarantinesOfManyStatesAreFewLists() {
        S3Store direct = stores.getFirst();
        StateName first = StateName.of("a");
        StateName crowded = StateName.of("m/crowded");
        StateName last = StateName.of("z");
        StateDocument document = document(7);
        setAside(direct, first, "0a", document);
        setAside(direct, last, "0b", document);
        List<StateName> all = List.of(last, crowded, first, NAME);
        assertThat(requests(() -> assertThat(warm.quarantined(all)).contains(Map.of(first, 1, last, 1))))
                .isEqualTo(Map.of("GET list 200", 1L));
        int many = S3Bucket.MAX_PAGE / 2 + 5;
        for (int i = 0; i < many; i++) {
            setAside(direct, crowded, "%04x".formatted(i), document);
        }
        assertThat(requests(
                        () -> assertThat(warm.quarantined(List.of(first, last))).contains(Map.of(first, 1, last, 1))))
                .as("one in between is passed over")
                .isEqualTo(Map.of("GET list 200", 2L));
        assertThat(warm.quarantined(all)).contains(Map.of(first, 1, crowded, many, last, 1));
        assertThat(requests(() -> warm.quarantined(List.of()))).isEmpty();
    }

    private static void setAside(S3Store store, StateName name, String id, StateDocument document) {
        store.putAttachment(
                name,
                StateVersion.of(0, id, document, Clock.systemUTC().instant(), "ci", "refused: serial", 0),
                document);
    }
}
