package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** States that are carried over from another storage: whole, once, and never in the place of another. */
public class StateBackendAdoptTest {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final StateName OLD = StateName.of("team-a/network/prod.replaced");
    private static final WriteOptions WRITE = WriteOptions.none();

    /** Where states are carried to. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheTarget() {
        store.close();
    }

    private final MovableClock clock = new MovableClock();
    private final StateBackend source = new StateBackend(
            new MemoryStore(), clock, BackendSettings.defaults().keeping(4, null));
    private final StateStore store = newStore();
    private final LostAnswerStore lossy = new LostAnswerStore(store);
    private final StateBackend target =
            new StateBackend(lossy, clock, BackendSettings.defaults().keeping(1, null));

    private void write(StateBackend backend, long from, long to) {
        for (long serial = from; serial <= to; serial++) {
            clock.advance(Duration.ofMinutes(1));
            backend.put(NAME, Documents.serial(serial), WriteOptions.by("writer " + serial));
        }
    }

    private StateSnapshot whole() {
        return source.snapshot(NAME).orElseThrow();
    }

    private ImportResult adopt() {
        return target.importState(NAME, whole(), WRITE);
    }

    private void assertCarriedOver() {
        StateSnapshot expected = whole();
        StateSnapshot there = target.snapshot(NAME).orElseThrow();
        assertThat(there.versions()).isEqualTo(expected.versions());
        assertThat(there.quarantined()).isEqualTo(expected.quarantined());
        assertThat(there.head().incomplete()).isFalse();
        assertThat(there.head().withCommit("").withRevision(""))
                .usingRecursiveComparison()
                .ignoringFields("lock", "former")
                .isEqualTo(expected.head().withCommit("").withRevision(""));
        for (StateVersion version : expected.versions()) {
            assertThat(there.content(version)).isEqualTo(expected.content(version));
        }
        for (StateVersion record : expected.quarantined()) {
            assertThat(there.content(record)).isEqualTo(expected.content(record));
        }
    }

    @Test
    void aStateArrivesWithEveryVersionRecordAndCounter() {
        source.lock(NAME, LockInfo.of("one", "ada", "OperationTypeApply"), LockOptions.none());
        source.put(NAME, Documents.serial(41), WRITE.withLock("one"));
        source.put(NAME, Documents.serial(42), WRITE.withLock("one"));
        source.unlock(NAME, "one");
        write(source, 43, 48);
        assertThat(whole().versions().getFirst().number())
                .as("retention left a gap before the first")
                .isGreaterThan(1);

        assertThat(adopt()).isEqualTo(new ImportResult(whole().versions().size(), 0, true));

        assertCarriedOver();
        assertThat(target.lockOf(NAME)).isEmpty();
        assertThat(target.get(NAME).orElseThrow().document()).isEqualTo(Documents.serial(48));
    }

    @Test
    void theCountersGoOnFromThere() {
        source.lock(NAME, LockInfo.of("one", "ada", ""), LockOptions.none());
        source.unlock(NAME, "one");
        write(source, 1, 3);
        adopt();

        assertThat(target.put(NAME, Documents.serial(4), WRITE).version().number())
                .isEqualTo(4);
        assertThat(target.lock(NAME, LockInfo.of("two", "bob", ""), LockOptions.none())
                        .lock()
                        .fence())
                .isEqualTo(2);
    }

    @Test
    void gapsInTheNumbersStay() {
        for (int session = 1; session <= 3; session++) {
            source.lock(NAME, LockInfo.of("s" + session, "ada", ""), LockOptions.none());
            for (int i = 1; i <= 3; i++) {
                source.put(NAME, Documents.serial(session * 10L + i), WRITE.withLock("s" + session));
            }
            source.unlock(NAME, "s" + session);
        }
        assertThat(whole().versions()).extracting(StateVersion::number).containsExactly(3L, 6L, 7L, 8L, 9L);

        adopt();

        assertCarriedOver();
    }

    @Test
    void aDeletedStateArrivesAsATombstoneWithItsHistory() {
        write(source, 1, 3);
        source.delete(NAME, WRITE);

        adopt();

        assertCarriedOver();
        assertThat(target.get(NAME)).isEmpty();
        assertThat(adopt().changed()).isFalse();
    }

    @Test
    void whatWasSetAsideIsCarriedToo() {
        write(source, 1, 1);
        assertThatThrownBy(() -> source.put(NAME, Documents.serial(2), WRITE.withLock("lost")))
                .isInstanceOf(Conflict.class);

        assertThat(adopt()).isEqualTo(new ImportResult(1, 1, true));

        assertCarriedOver();
    }

    @Test
    void whatWasSetAsideOfAStateThatNeverWasIsCarried() {
        assertThatThrownBy(() -> source.put(NAME, Documents.serial(2), WRITE.withLock("lost")))
                .isInstanceOf(Conflict.class);

        assertThat(adopt()).isEqualTo(new ImportResult(0, 1, true));

        assertThat(target.quarantine(NAME)).isEqualTo(source.quarantine(NAME));
        assertThat(target.get(NAME)).isEmpty();
    }

    @Test
    void aSecondTimeChangesNothing() {
        write(source, 1, 4);
        adopt();
        StateHead before = store.head(NAME).orElseThrow();

        assertThat(adopt()).isEqualTo(new ImportResult(0, 0, false));

        assertThat(store.head(NAME)).contains(before);
    }

    @Test
    void aStateThatWentOnIsFollowed() {
        write(source, 1, 3);
        adopt();
        write(source, 4, 4);

        assertThat(adopt()).isEqualTo(new ImportResult(1, 0, true));

        assertCarriedOver();
    }

    /** What happens to the commits, up to a point at which the process ends. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void afterACrashASecondRunBringsWhatIsMissing(int done) {
        write(source, 1, 4);
        IntStream.range(0, done).forEach(i -> lossy.next(Fate.ANSWERED));
        lossy.next(Fate.FAILED);
        assertThatThrownBy(this::adopt).isInstanceOf(Unavailable.class);
        assertThat(store.history(NAME, 100, 100)).hasSize(done);

        assertThat(adopt()).isEqualTo(new ImportResult(4 - done, 0, true));

        assertCarriedOver();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            mode = Mode.EXCLUDE,
            names = {"ANSWERED", "FAILED"})
    void aLostAnswerBringsNothingTwice(Fate fate) {
        write(source, 1, 4);
        for (int i = 0; i < 4; i++) {
            lossy.next(fate, Fate.ANSWERED);
        }

        assertThat(adopt().versions()).isEqualTo(4);

        assertCarriedOver();
    }

    private void adoptHalf() {
        write(source, 1, 4);
        lossy.next(Fate.ANSWERED, Fate.ANSWERED, Fate.FAILED);
        assertThatThrownBy(this::adopt).isInstanceOf(Unavailable.class);
    }

    @Test
    void halfAStateIsNeverTakenForTheWhole() {
        adoptHalf();

        assertThatThrownBy(() -> target.get(NAME))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(NAME.value())
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> target.current(NAME)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> target.snapshot(NAME)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> target.restore(NAME, 1, WRITE, size -> {})).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> target.at(NAME, clock.instant())).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> target.put(NAME, Documents.serial(9), WRITE)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> target.put(NAME, Documents.serial(2), WRITE))
                .as("the bytes of the newest version that is there")
                .isInstanceOf(Unavailable.class);
        assertThat(target.list(ListQuery.all()).heads()).allMatch(StateHead::incomplete);
        assertThat(target.get(NAME, 1).orElseThrow().document()).isEqualTo(Documents.serial(1));
    }

    @Test
    void aLockDoesNotMakeHalfAStateWhole() {
        adoptHalf();
        target.lock(NAME, LockInfo.of("id", "ada", ""), LockOptions.none());

        assertThatThrownBy(() -> target.get(NAME)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(this::adopt).isInstanceOf(Locked.class);

        target.unlock(NAME, "id");
        assertThatThrownBy(() -> target.get(NAME)).isInstanceOf(Unavailable.class);
        assertThat(adopt().versions()).isEqualTo(2);
        assertThat(target.get(NAME).orElseThrow().document()).isEqualTo(Documents.serial(4));
    }

    @Test
    void deletingEndsAnAdoptionThatIsNeverFinished() {
        adoptHalf();

        assertThat(target.delete(NAME, WRITE)).isTrue();

        assertThat(target.get(NAME)).isEmpty();
        assertThat(target.history(NAME, 100, 100)).hasSize(2);
        assertDiffers();
        assertThatCode(() -> target.put(NAME, Documents.serial(1), WRITE)).doesNotThrowAnyException();
    }

    private void assertDiffers() {
        StateHead before = store.head(NAME).orElseThrow();
        List<StateVersion> history = store.history(NAME, 100, 100);

        Conflict refusal = catchThrowableOfType(Conflict.class, this::adopt);

        assertThat(refusal.reason()).isEqualTo(Conflict.Reason.DIFFERS);
        assertThat(refusal).hasMessageContaining(NAME.value()).hasMessageContaining("Nothing was changed");
        assertThat(store.head(NAME)).contains(before);
        assertThat(store.history(NAME, 100, 100)).isEqualTo(history);
    }

    @Test
    void anotherStateInItsPlaceIsNotTouched() {
        write(source, 1, 3);
        write(target, 1, 1);

        assertDiffers();
        assertThat(target.quarantine(NAME)).isEmpty();
    }

    @Test
    void theSameBytesByAnotherHandAreAnotherState() {
        write(source, 1, 1);
        target.put(NAME, Documents.serial(1), WriteOptions.by("writer 1"));

        assertDiffers();
    }

    @Test
    void aStateThatWentOnHereIsNotTouched() {
        write(source, 1, 3);
        adopt();
        write(target, 4, 4);

        assertDiffers();
        write(source, 4, 5);
        assertDiffers();
    }

    @Test
    void aStateThatWasDeletedHereStaysDeleted() {
        write(source, 1, 3);
        adopt();
        target.delete(NAME, WRITE);

        assertDiffers();
        write(source, 4, 4);
        assertDiffers();
    }

    @Test
    void theLockOfTheTargetIsObeyed() {
        write(source, 1, 3);
        target.lock(NAME, LockInfo.of("ours", "ada", ""), LockOptions.none());

        assertThatThrownBy(this::adopt).isInstanceOf(Locked.class);
        assertThat(store.history(NAME, 100, 100)).isEmpty();

        assertThat(target.importState(NAME, whole(), WRITE.withLock("ours")).versions())
                .isEqualTo(3);
        assertThat(target.lockOf(NAME).orElseThrow().id()).isEqualTo("ours");
        assertCarriedFence(1);
    }

    private void assertCarriedFence(long fence) {
        assertThat(store.head(NAME).orElseThrow().fence()).isEqualTo(fence);
    }

    @Test
    void aFenceThatIsHigherHereStays() {
        write(source, 1, 1);
        for (String id : List.of("a", "b")) {
            target.lock(NAME, LockInfo.of(id, "ada", ""), LockOptions.none());
            target.unlock(NAME, id);
        }

        adopt();

        assertCarriedFence(2);
    }

    @Test
    void aContentThatIsNotThatOfItsRecordIsRefused() {
        write(source, 1, 2);
        StateSnapshot whole = whole();
        StateSnapshot forged =
                new StateSnapshot(whole.head(), whole.versions(), whole.quarantined(), version -> Documents.serial(9));

        assertThatThrownBy(() -> target.importState(NAME, forged, WRITE))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("not that of its record");
        assertThat(store.head(NAME)).isEmpty();
    }

    @Test
    void recordsThatAreNotOfOneStateAreRefused() {
        write(source, 1, 3);
        StateSnapshot whole = whole();

        assertThatThrownBy(
                        () -> new StateSnapshot(whole.head(), whole.versions().reversed(), List.of(), whole.contents()))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() ->
                        new StateSnapshot(whole.head(), whole.versions().subList(0, 2), List.of(), whole.contents()))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> new StateSnapshot(whole.head(), whole.versions(), whole.versions(), whole.contents()))
                .isInstanceOf(Invalid.class);
    }

    /** Two runs of a migration at the same time, each of which sees what the other brought in between. */
    @Test
    void twoWhoCarryTheSameStateOverDoNotDisturbEachOther() throws Exception {
        write(source, 1, 4);
        StateBackend other = new StateBackend(store, clock, BackendSettings.defaults());
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<ImportResult> one = threads.submit(() -> other.importState(NAME, whole(), WRITE));
            Future<ImportResult> two = threads.submit(() -> other.importState(NAME, whole(), WRITE));

            assertThat(one.get(30, TimeUnit.SECONDS).versions()
                            + two.get(30, TimeUnit.SECONDS).versions())
                    .isEqualTo(4);
        }

        assertCarriedOver();
    }

    @Test
    void whatIsReplacedStaysWholeUnderAnotherName() {
        write(source, 1, 3);
        write(target, 7, 7);
        StateSnapshot old = target.snapshot(NAME).orElseThrow();

        assertThat(target.replace(NAME, whole(), WRITE, OLD).versions()).isEqualTo(3);

        assertCarriedOver();
        assertThat(target.snapshot(OLD).orElseThrow().versions()).isEqualTo(old.versions());
        assertThat(target.get(OLD).orElseThrow().document()).isEqualTo(Documents.serial(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aReplacementThatCrashedLosesNothing(int done) {
        write(source, 1, 3);
        write(target, 7, 7);
        IntStream.range(0, done).forEach(i -> lossy.next(Fate.ANSWERED));
        lossy.next(Fate.FAILED);
        assertThatThrownBy(() -> target.replace(NAME, whole(), WRITE, OLD)).isInstanceOf(Unavailable.class);
        StateName where = store.head(OLD).isPresent() ? OLD : NAME;
        assertThat(target.get(where).orElseThrow().document()).isEqualTo(Documents.serial(7));

        target.replace(NAME, whole(), WRITE, OLD);

        assertCarriedOver();
        assertThat(target.get(OLD).orElseThrow().document()).isEqualTo(Documents.serial(7));
    }

    @Test
    void aStateIsNotReplacedAgainstALockOrUnderItsOwnName() {
        write(source, 1, 3);
        write(target, 7, 7);
        assertThatThrownBy(() -> target.replace(NAME, whole(), WRITE, NAME)).isInstanceOf(Invalid.class);
        target.lock(NAME, LockInfo.of("ours", "ada", ""), LockOptions.none());

        assertThatThrownBy(() -> target.replace(NAME, whole(), WRITE, OLD)).isInstanceOf(Locked.class);

        assertThat(target.get(NAME).orElseThrow().document()).isEqualTo(Documents.serial(7));
    }

    @Test
    void replacingWhatIsAlreadyTheSameReplacesNothing() {
        write(source, 1, 3);
        adopt();

        assertThat(target.replace(NAME, whole(), WRITE, OLD).changed()).isFalse();

        assertThat(store.head(OLD)).isEmpty();
    }

    @Test
    void partsStayIncompleteUntilTheWholeArrives() {
        write(source, 1, 2);
        StateSnapshot part = whole();
        write(source, 3, 4);

        assertThat(target.importPart(NAME, part, WRITE).versions()).isEqualTo(2);
        assertThat(target.head(NAME))
                .hasValueSatisfying(head -> assertThat(head.incomplete()).isTrue());
        assertThatThrownBy(() -> target.get(NAME)).isInstanceOf(Unavailable.class);
        assertThat(target.importPart(NAME, part, WRITE).changed()).isFalse();

        assertThat(adopt().versions()).isEqualTo(2);
        assertCarriedOver();
    }

    @Test
    void aStateThatIsHereIsIncompleteWhileMoreOfItArrives() {
        write(source, 1, 2);
        adopt();
        write(source, 3, 3);
        StateSnapshot part = whole();
        write(source, 4, 4);

        target.importPart(NAME, part, WRITE);
        assertThatThrownBy(() -> target.get(NAME)).isInstanceOf(Unavailable.class);
        adopt();
        assertCarriedOver();
    }

    @Test
    void aPartOfAnotherStateIsRefused() {
        write(source, 1, 2);
        target.put(NAME, Documents.serial(900), WRITE);

        Conflict refused = catchThrowableOfType(Conflict.class, () -> target.importPart(NAME, whole(), WRITE));

        assertThat(refused.reason()).isEqualTo(Conflict.Reason.DIFFERS);
        assertThat(target.get(NAME).orElseThrow().document()).isEqualTo(Documents.serial(900));
    }
}
