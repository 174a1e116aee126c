package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.FormerLocks;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.CachingStore;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What is purged is gone, from the storage itself as well, and what else is there stays. */
public class StateBackendPurgeTest {

    protected static final StateName NAME = StateName.of("team-a/network/prod");
    private static final StateName OTHER = StateName.of("team-a/network");
    private static final WriteOptions WRITE = WriteOptions.none();

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    /** Whether this text is anywhere in the storage, looked for without the store where it has a place of its own. */
    protected boolean holds(String text) throws Exception {
        return Stream.of(NAME, OTHER)
                .flatMap(name -> Stream.concat(
                                below.history(name, Long.MAX_VALUE, Integer.MAX_VALUE).stream(),
                                below.attachments(name).stream())
                        .flatMap(version -> below.content(name, version).stream()))
                .anyMatch(document -> new String(document.toBytes(), StandardCharsets.ISO_8859_1).contains(text));
    }

    /** Whether what is in the storage can be read by whoever looks at its bytes. */
    protected boolean plain() {
        return true;
    }

    @AfterEach
    void closeTheStore() {
        below.close();
    }

    private final MovableClock clock = new MovableClock();
    protected final StateStore below = newStore();
    private final LostAnswerStore store = new LostAnswerStore(below);
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());
    private final StateBackend others = new StateBackend(below, clock, BackendSettings.defaults());

    private static String secret(long serial) {
        return "secret-of-" + serial + "-end";
    }

    private void put(StateName name, long... serials) {
        for (long serial : serials) {
            clock.advance(Duration.ofMinutes(1));
            others.put(name, Documents.serial(serial, secret(serial)), WRITE);
        }
    }

    private String quarantined(StateName name, String content) {
        return Objects.requireNonNull(catchThrowableOfType(
                        Conflict.class, () -> others.put(name, Documents.serial(99, content), WRITE.withLock("lost")))
                .quarantined());
    }

    private List<Long> numbers(StateName name) {
        return others.history(name, Long.MAX_VALUE, 1000).stream()
                .map(StateVersion::number)
                .toList();
    }

    private PurgeResult purge(Purge asked) {
        return backend.purge(NAME, asked, WRITE);
    }

    private void assertHeld(String text, boolean held) throws Exception {
        if (plain() || !held) {
            assertThat(holds(text)).as(text).isEqualTo(held);
        }
    }

    private List<String> listed() {
        return others.list(new ListQuery("", null, 10, true, false)).heads().stream()
                .map(head -> head.name().value())
                .toList();
    }

    // One version.

    @Test
    void aVersionIsGoneFromTheHistoryAndFromTheStorageAndTheOthersStay() throws Exception {
        put(NAME, 1, 2, 3);
        assertHeld(secret(2), true);

        PurgeResult purged = purge(Purge.version(2));

        assertThat(purged.changed()).isTrue();
        assertThat(purged.numbers()).isEqualTo("2");
        assertHeld(secret(2), false);
        assertHeld(secret(1), true);
        assertHeld(secret(3), true);
        assertThat(numbers(NAME)).containsExactly(3L, 1L);
        assertThat(others.get(NAME, 2)).isEmpty();
        assertThat(others.version(NAME, 2)).isEmpty();
        assertThat(others.get(NAME, 1)).isPresent();
        assertThat(below.orphans(NAME)).isEmpty();
        assertThatThrownBy(() -> others.restore(NAME, 2, WRITE, size -> {}))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("no version 2. It may have been removed by retention");
        assertThatThrownBy(() -> others.diff(NAME, 2, NAME, 3, size -> {})).isInstanceOf(NotFound.class);
    }

    @Test
    void writesGoOnWithTheNextNumberAndRetentionCountsRight() {
        put(NAME, 1, 2, 3);
        purge(Purge.version(2));
        put(NAME, 4, 5);

        assertThat(numbers(NAME)).containsExactly(5L, 4L, 3L, 1L);
        assertThat(below.head(NAME).orElseThrow().versionCount()).isEqualTo(4);
    }

    @Test
    void aPointInTimeThatAPurgedVersionWasCurrentAtIsNotCertain() {
        put(NAME, 1, 2, 3);
        purge(Purge.version(2));

        PointInTime then =
                others.at(NAME, MovableClock.START.plus(Duration.ofMinutes(2))).orElseThrow();

        assertThat(then.version().number()).isEqualTo(1);
        assertThat(then.certain()).isFalse();
    }

    @Test
    void theCurrentVersionStays() {
        put(NAME, 1, 2);

        assertThatThrownBy(() -> purge(Purge.version(2)))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(Conflict.Reason.CURRENT))
                .hasMessageContaining("Write a new version without the data to remove, or delete the state");
        assertThat(others.get(NAME)).isPresent();
    }

    @Test
    void theNewestVersionOfADeletedStateGoesAsAnyOther() throws Exception {
        put(NAME, 1, 2);
        others.delete(NAME, WRITE);

        purge(Purge.version(2));

        assertHeld(secret(2), false);
        assertThat(numbers(NAME)).containsExactly(1L);
        assertThat(listed()).containsExactly(NAME.value());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 4, Long.MAX_VALUE})
    void aVersionThatNeverWasIsNotFound(long number) {
        put(NAME, 1, 2, 3);

        assertThatThrownBy(() -> purge(Purge.version(number)))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("has no version");
    }

    @Test
    void aVersionThatIsGoneAlreadyIsASuccessThatChangesNothing() {
        put(NAME, 1, 2);
        purge(Purge.version(1));

        assertThat(purge(Purge.version(1)).changed()).isFalse();
        assertThat(numbers(NAME)).containsExactly(2L);
    }

    @Test
    void aVersionThatAnotherReplicaKeepsInMindIsNotGivenByIt() {
        StateBackend replica = new StateBackend(new CachingStore(below, 1 << 20), clock, BackendSettings.defaults());
        put(NAME, 1, 2);
        assertThat(replica.get(NAME, 1)).isPresent();

        purge(Purge.version(1));

        assertThat(replica.get(NAME, 1)).isEmpty();
        assertThatThrownBy(() -> replica.restore(NAME, 1, WRITE, size -> {})).isInstanceOf(NotFound.class);
    }

    // The quarantine.

    @Test
    void aDocumentThatWasSetAsideIsGoneAndTheOthersStay() throws Exception {
        put(NAME, 1);
        String gone = quarantined(NAME, "aside-gone");
        String kept = quarantined(NAME, "aside-kept");

        PurgeResult purged = purge(Purge.quarantined(gone));

        assertThat(purged.ids()).isEqualTo(gone);
        assertHeld("aside-gone", false);
        assertHeld("aside-kept", true);
        assertThat(others.getQuarantined(NAME, gone)).isEmpty();
        assertThat(others.getQuarantined(NAME, kept)).isPresent();
        assertThat(others.get(NAME)).isPresent();
        assertThatThrownBy(() -> purge(Purge.quarantined(gone)))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("has no quarantined document");
    }

    @Test
    void nothingThatIsSetAsideByAnIdLikeAPathIsLookedFor() {
        put(NAME, 1);

        assertThatThrownBy(() -> purge(Purge.quarantined("../../x"))).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> purge(Purge.quarantined("key-00"))).isInstanceOf(NotFound.class);
    }

    // A whole state.

    @Test
    void nothingIsLeftOfADeletedStateAndItsNeighboursStay() throws Exception {
        put(NAME, 1, 2, 3);
        put(OTHER, 11, 12);
        quarantined(NAME, "aside-one");
        quarantined(NAME, "aside-two");
        quarantined(OTHER, "aside-other");
        others.delete(NAME, WRITE);

        PurgeResult purged = purge(Purge.whole());

        assertThat(purged.numbers()).isEqualTo("1-3");
        assertThat(purged.quarantined()).hasSize(2);
        for (String text : List.of(secret(1), secret(2), secret(3), "aside-one", "aside-two")) {
            assertHeld(text, false);
        }
        for (String text : List.of(secret(11), secret(12), "aside-other")) {
            assertHeld(text, true);
        }
        assertThat(numbers(NAME)).isEmpty();
        assertThat(others.get(NAME)).isEmpty();
        assertThat(others.quarantine(NAME)).isEmpty();
        assertThat(others.at(NAME, MovableClock.START.plus(Duration.ofMinutes(2))))
                .isEmpty();
        assertThat(others.snapshot(NAME)).isEmpty();
        assertThat(listed()).containsExactly(OTHER.value());
        assertThat(numbers(OTHER)).containsExactly(2L, 1L);
        assertThat(others.get(OTHER)).isPresent();
    }

    @Test
    void onlyWhatIsDeletedIsPurgedAsAWhole() {
        put(NAME, 1);

        assertThatThrownBy(() -> purge(Purge.whole()))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(Conflict.Reason.CURRENT))
                .hasMessageContaining("Delete it first");
        assertThat(others.get(NAME)).isPresent();
    }

    @Test
    void theHeadThatStaysTellsNothingButCounters() {
        put(NAME, 7, 8);
        others.lock(NAME, LockInfo.of("one", "ada", "OperationTypeApply"), LockOptions.none());
        others.unlock(NAME, "one");
        others.delete(NAME, WRITE);
        purge(Purge.whole());

        StateHead head = below.head(NAME).orElseThrow();
        assertThat(head.purged()).isTrue();
        assertThat(List.of(head.lastVersion(), head.fence())).containsExactly(2L, 1L);
        assertThat(head.highestSerial()).isEqualTo(-1);
        assertThat(head.former()).isEqualTo(FormerLocks.NONE);
        assertThat(head.current()).isNull();
    }

    @Test
    void aNewStateOfTheNameGoesOnWithTheNumbersSoThatNoOldConditionFitsIt() {
        put(NAME, 1, 2);
        others.delete(NAME, WRITE);
        purge(Purge.whole());
        put(NAME, 1);

        assertThat(numbers(NAME)).containsExactly(3L);
        assertThatThrownBy(() -> others.put(NAME, Documents.serial(9), WRITE.when(Precondition.is(1))))
                .isInstanceOf(Conflict.class);
        put(NAME, 2);
        assertThat(numbers(NAME)).containsExactly(4L, 3L);
        assertThat(others.get(NAME, 3)).isPresent();
        assertThat(listed()).containsExactly(NAME.value());
    }

    @Test
    void aPurgedStateIsPurgedAgainWithoutAChange() {
        put(NAME, 1);
        others.delete(NAME, WRITE);
        purge(Purge.whole());

        assertThat(purge(Purge.whole()).changed()).isFalse();
        assertThat(below.head(NAME).orElseThrow().lastVersion()).isEqualTo(1);
    }

    @Test
    void whatWasSetAsideForAStateThatNeverWasIsPurgedToo() throws Exception {
        quarantined(NAME, "aside-alone");

        assertThat(purge(Purge.whole()).quarantined()).hasSize(1);

        assertHeld("aside-alone", false);
        assertThatThrownBy(() -> purge(Purge.whole())).isInstanceOf(NotFound.class);
    }

    @Test
    void whatIsCarriedOverBringsNothingBackUnlessItReplaces() {
        put(NAME, 1, 2);
        StateSnapshot copy = others.snapshot(NAME).orElseThrow();
        StateDocument one = copy.content(copy.versions().getFirst());
        StateDocument two = copy.content(copy.versions().getLast());
        StateSnapshot archive = new StateSnapshot(
                copy.head(), copy.versions(), List.of(), version -> version.number() == 1 ? one : two);
        others.delete(NAME, WRITE);
        purge(Purge.whole());

        assertThatThrownBy(() -> others.importState(NAME, archive, WRITE))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("was purged here");
        assertThat(others.get(NAME)).isEmpty();
        assertThat(others.replace(NAME, archive, WRITE, StateName.of("kept")).changed())
                .isTrue();
        assertThat(numbers(NAME)).containsExactly(2L, 1L);
        assertThat(below.head(StateName.of("kept"))).isEmpty();
    }

    // Locks and conditions.

    @Test
    void aLockedStateIsPurgedByItsHolderAlone() {
        put(NAME, 1, 2);
        String quarantined = quarantined(NAME, "aside");
        others.lock(NAME, LockInfo.of("mine", "ada", "OperationTypeApply"), LockOptions.none());

        for (Purge asked : List.of(Purge.version(1), Purge.quarantined(quarantined), Purge.whole())) {
            assertThatThrownBy(() -> purge(asked)).isInstanceOf(Locked.class);
            assertThatThrownBy(() -> backend.purge(NAME, asked, WRITE.withLock("other")))
                    .isInstanceOf(Locked.class);
        }
        assertThat(numbers(NAME)).containsExactly(2L, 1L);
        assertThat(others.getQuarantined(NAME, quarantined)).isPresent();

        assertThat(backend.purge(NAME, Purge.version(1), WRITE.withLock("mine")).changed())
                .isTrue();
        assertThat(backend.purge(NAME, Purge.quarantined(quarantined), WRITE.withLock("mine"))
                        .changed())
                .isTrue();
        others.delete(NAME, WRITE.withLock("mine"));
        assertThat(backend.purge(NAME, Purge.whole(), WRITE.withLock("mine")).changed())
                .isTrue();
        assertThat(others.lockOf(NAME)).isPresent();
    }

    @Test
    void conditionsAreAskedOfTheCurrentVersion() {
        put(NAME, 1, 2, 3);

        assertThatThrownBy(() -> backend.purge(NAME, Purge.version(1), WRITE.when(Precondition.is(2))))
                .isInstanceOf(Conflict.class);
        assertThat(numbers(NAME)).containsExactly(3L, 2L, 1L);
        assertThat(backend.purge(NAME, Purge.version(1), WRITE.when(Precondition.is(3)))
                        .changed())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "\u0000"})
    void aReasonIsOneLine(String reason) {
        assertThatThrownBy(() -> Purge.whole().because(reason)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> Purge.whole().because("x".repeat(501))).isInstanceOf(Invalid.class);
    }

    @Test
    void whoeverListensIsToldWhatWentAndWhy() {
        List<Operation> told = new ArrayList<>();
        StateBackend telling = new StateBackend(below, clock, BackendSettings.defaults(), told::add);
        put(NAME, 1, 2);
        telling.purge(NAME, Purge.version(1).because("leaked"), WriteOptions.by("ada"));
        others.delete(NAME, WRITE);
        telling.purge(NAME, Purge.whole().because("law"), WRITE);

        Operation version = told.getFirst();
        assertThat(version.kind()).isEqualTo(Operation.Kind.PURGE);
        assertThat(version.changed()).isTrue();
        assertThat(version.author()).isEqualTo("ada");
        assertThat(Objects.requireNonNull(version.version()).number()).isEqualTo(1);
        assertThat(Objects.requireNonNull(version.purged()).asked().reason()).isEqualTo("leaked");
        assertThat(Objects.requireNonNull(told.getLast().purged()).numbers()).isEqualTo("2");
    }

    // Faults.

    @ParameterizedTest
    @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "FAILED")
    void aPurgeWhoseAnswerIsLostIsDoneAllTheSame(Fate fate) throws Exception {
        put(NAME, 1, 2);
        store.next(fate);
        purge(Purge.version(1));
        assertHeld(secret(1), false);
        others.delete(NAME, WRITE);

        store.next(fate);
        purge(Purge.whole());

        assertHeld(secret(2), false);
        assertThat(numbers(NAME)).isEmpty();
        assertThat(below.orphans(NAME)).isEmpty();
    }

    @Test
    void aStateThatOthersBroughtBackWhileTheAnswerWasLostStays() {
        put(NAME, 1, 2);
        others.delete(NAME, WRITE);
        store.next(Fate.NEVER).meanwhile(() -> others.restore(NAME, 2, WRITE, size -> {}));

        assertThatThrownBy(() -> purge(Purge.whole())).isInstanceOf(Conflict.class);
        assertThat(others.get(NAME)).isPresent();
        assertThat(numbers(NAME)).containsExactly(3L, 2L, 1L);
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Its process dies before one of its changes. */
    private static final class Dying extends ForwardingStore {
        private int left;

        Dying(StateStore below, int left) {
            super(below);
            this.left = left;
        }

        private void live() {
            if (left-- <= 0) {
                throw new Killed();
            }
        }

        @Override
        public boolean commit(Transition transition) {
            live();
            return super.commit(transition);
        }

        @Override
        public void deleteContent(StateName name, StateVersion version) {
            live();
            super.deleteContent(name, version);
        }

        @Override
        public int sweep(StateName name, Duration age) {
            live();
            return super.sweep(name, age);
        }

        @Override
        public void clear(StateName name, long versions) {
            live();
            super.clear(name, versions);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void afterACrashAnywhereASecondPurgeRemovesTheRest(int steps) throws Exception {
        put(NAME, 1, 2, 3);
        quarantined(NAME, "aside-one");
        crash(steps, Purge.version(2));
        assertThat(others.get(NAME, 1)).isPresent();

        purge(Purge.version(2));
        assertHeld(secret(2), false);
        assertThat(below.orphans(NAME)).isEmpty();
        others.delete(NAME, WRITE);
        crash(steps, Purge.whole());
        purge(Purge.whole());

        for (String text : List.of(secret(1), secret(2), secret(3), "aside-one")) {
            assertHeld(text, false);
        }
        assertThat(below.orphans(NAME)).isEmpty();
        assertThat(others.quarantine(NAME)).isEmpty();
        put(NAME, 4, 5);
        assertThat(others.get(NAME, 4)).isPresent();
        assertThat(others.get(NAME, 5)).isPresent();
    }

    private void crash(int steps, Purge asked) {
        StateBackend dying = new StateBackend(new Dying(below, steps), clock, BackendSettings.defaults());
        try {
            dying.purge(NAME, asked, WRITE);
        } catch (Killed died) {
            // the next one is another process
        }
    }
}
