package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import io.kolumn.state.Transition;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** States that get another name: with all of their history, current at one name at most, and never lost. */
public class StateBackendMoveTest {

    private static final StateName OLD = StateName.of("team-a/network/prod");
    private static final StateName NEW = StateName.of("team-b/network/prod");
    private static final StateName THIRD = StateName.of("team-c/network/prod");
    private static final WriteOptions NONE = WriteOptions.none();
    private static final WriteOptions ADA = WriteOptions.by("ada");

    /** Of a move of three versions: the lock, each version, taking it away, and completing it. */
    private static final int COMMITS = 6;

    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final LostAnswerStore lossy = new LostAnswerStore(store);
    private final StateBackend states = new StateBackend(lossy, clock, BackendSettings.defaults());
    /** Of another process. */
    private final StateBackend others = new StateBackend(store, clock, BackendSettings.defaults());

    private List<StateVersion> written = List.of();

    @BeforeEach
    void writeThree() {
        for (long serial = 1; serial <= 3; serial++) {
            write(OLD, serial);
        }
        written = others.history(OLD, 100, 100);
    }

    private void write(StateName name, long serial) {
        clock.advance(Duration.ofMinutes(1));
        others.put(name, Documents.serial(serial), WriteOptions.by("writer " + serial));
    }

    private void quarantined(StateName name, long serial) {
        assertThatThrownBy(() -> others.put(name, Documents.serial(serial, "aside"), NONE.withLock("lost")))
                .isInstanceOf(Conflict.class);
    }

    private void assertWholeAt(StateName name) {
        assertThat(others.history(name, 100, 100)).isEqualTo(written);
        assertThat(others.head(name).orElseThrow().incomplete()).isFalse();
        for (StateVersion version : written) {
            assertThat(others.get(name, version.number()).orElseThrow().document())
                    .isEqualTo(Documents.serial(version.number()));
        }
        assertThat(others.get(name).orElseThrow().version()).isEqualTo(written.getFirst());
    }

    private void assertMoved(StateName from, StateName to) {
        Moved moved = catchThrowableOfType(Moved.class, () -> others.get(from));
        assertThat(moved).isNotNull();
        assertThat(moved.to()).isEqualTo(to);
        assertThat(moved).hasMessageContaining("'" + from + "' was moved to '" + to + "' on 2026-11-23");
    }

    // copies

    @Test
    void aCopyHasEveryVersionAsItWas() {
        quarantined(OLD, 9);

        MoveResult copied = states.copy(OLD, NEW, ADA);

        assertThat(copied).isEqualTo(new MoveResult(OLD, NEW, 3, 1, written.getFirst(), true));
        assertWholeAt(NEW);
        assertWholeAt(OLD);
        assertThat(others.quarantine(NEW)).isEqualTo(others.quarantine(OLD)).hasSize(1);
        assertThat(others.getQuarantined(NEW, others.quarantine(NEW).getFirst().id())
                        .orElseThrow()
                        .document())
                .isEqualTo(Documents.serial(9, "aside"));
    }

    @Test
    void aCopyGoesItsOwnWay() {
        states.copy(OLD, NEW, ADA);
        write(NEW, 4);

        assertThat(others.current(NEW).orElseThrow().number()).isEqualTo(4);
        assertWholeAt(OLD);
    }

    @Test
    void aCopyThatIsThereIsNoSecondOne() {
        states.copy(OLD, NEW, ADA);
        StateHead before = store.head(NEW).orElseThrow();

        assertThat(states.copy(OLD, NEW, ADA).changed()).isFalse();

        assertThat(store.head(NEW)).contains(before);
    }

    @Test
    void aCopyIsNeverBroughtUpToDate() {
        states.copy(OLD, NEW, ADA);
        StateHead before = store.head(NEW).orElseThrow();
        write(OLD, 4);

        assertExists(() -> states.copy(OLD, NEW, ADA));

        assertThat(store.head(NEW)).contains(before);
    }

    private static void assertExists(Runnable call) {
        Conflict conflict = catchThrowableOfType(Conflict.class, call::run);
        assertThat(conflict).isNotNull().hasMessageContaining("Nothing was changed");
        assertThat(conflict.reason()).isEqualTo(Conflict.Reason.EXISTS);
    }

    @Test
    void neitherAStateNorItsHistoryIsOverwritten() {
        others.put(NEW, Documents.serial(1, "mine"), NONE);
        StateHead there = store.head(NEW).orElseThrow();
        assertExists(() -> states.copy(OLD, NEW, ADA));
        assertExists(() -> states.move(OLD, NEW, ADA));
        assertThat(store.head(NEW)).contains(there);

        others.delete(NEW, NONE);
        assertExists(() -> states.copy(OLD, NEW, ADA));
        assertExists(() -> states.move(OLD, NEW, ADA));
        assertThat(others.get(NEW, 1)).isPresent();
        assertThat(others.lockOf(OLD)).isEmpty();
        assertWholeAt(OLD);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> states.copy(THIRD, NEW, ADA)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> states.move(THIRD, NEW, ADA)).isInstanceOf(NotFound.class);
        others.lock(THIRD, LockInfo.of("id", "bob", ""), LockOptions.none());
        assertThatThrownBy(() -> states.copy(THIRD, NEW, ADA)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> states.move(THIRD, NEW, ADA.withLock("id"))).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> states.move(OLD, OLD, ADA)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.copy(OLD, OLD, ADA)).isInstanceOf(Invalid.class);
        assertThat(store.head(NEW)).isEmpty();
    }

    @Test
    void aDeletedStateIsCopiedAndMovedWithItsHistory() {
        others.delete(OLD, NONE);

        assertThat(states.copy(OLD, THIRD, ADA).current()).isNull();
        assertThat(states.move(OLD, NEW, ADA).current()).isNull();

        for (StateName name : List.of(NEW, THIRD)) {
            assertThat(others.get(name)).isEmpty();
            assertThat(others.head(name).orElseThrow().tombstone()).isTrue();
            assertThat(others.history(name, 100, 100)).isEqualTo(written);
        }
        assertMoved(OLD, NEW);
    }

    /** Retention drops the version that is just to be copied. */
    @Test
    void aCopyIsOfOneMomentAlthoughTheSourceGoesOn() {
        StateBackend few =
                new StateBackend(store, clock, BackendSettings.defaults().keeping(1, null));
        Interfering between = new Interfering(store);
        between.before(2, () -> few.put(OLD, Documents.serial(4), NONE));
        StateBackend copying = new StateBackend(between, clock, BackendSettings.defaults());

        copying.copy(OLD, NEW, ADA);

        assertThat(others.current(NEW)).isEqualTo(others.current(OLD));
        assertThat(others.get(NEW).orElseThrow().document()).isEqualTo(Documents.serial(4));
    }

    // moves

    @Test
    void aMovedStateIsWholeAtItsNewNameAndSaysSoAtTheOldOne() {
        quarantined(OLD, 9);
        long fence = others.head(OLD).orElseThrow().fence();

        MoveResult moved = states.move(OLD, NEW, ADA);

        assertThat(moved).isEqualTo(new MoveResult(OLD, NEW, 3, 1, written.getFirst(), true));
        assertWholeAt(NEW);
        assertMoved(OLD, NEW);
        assertThat(others.lockOf(NEW)).isEmpty();
        assertThat(others.head(NEW).orElseThrow().fence()).isGreaterThan(fence);
        assertThat(others.quarantine(NEW)).hasSize(1);
        assertThat(others.quarantine(OLD)).isEmpty();
        write(NEW, 4);
        assertThat(others.current(NEW).orElseThrow().number()).isEqualTo(4);
    }

    @Test
    void theContentsAreDroppedAtTheOldName() {
        states.move(OLD, NEW, ADA);

        for (StateVersion version : written) {
            assertThat(store.content(OLD, version)).isEmpty();
        }
    }

    @Test
    void everyCallOnTheOldNameSaysWhereTheStateIs() {
        states.move(OLD, NEW, ADA);

        List<Runnable> calls = List.of(
                () -> others.current(OLD),
                () -> others.get(OLD, 1),
                () -> others.version(OLD, 1),
                () -> others.at(OLD, clock.instant()),
                () -> others.history(OLD, 100, 100),
                () -> others.lockOf(OLD),
                () -> others.outputs(OLD, true, size -> {}),
                () -> others.diff(OLD, 1, OLD, 2, size -> {}),
                () -> others.put(OLD, Documents.serial(4), NONE),
                () -> others.put(OLD, Documents.serial(4), NONE.forced()),
                () -> others.expect(OLD, 5_000_000, NONE),
                () -> others.restore(OLD, 1, NONE, size -> {}),
                () -> others.delete(OLD, NONE),
                () -> others.lock(OLD, LockInfo.of("id", "bob", ""), LockOptions.none()),
                () -> others.renew(OLD, "id", Duration.ofMinutes(1)),
                () -> others.unlock(OLD, "id"),
                () -> others.forceUnlock(OLD, "bob"),
                () -> others.purge(OLD, Purge.version(1), NONE),
                () -> others.purge(OLD, Purge.quarantined("x"), NONE),
                () -> others.purge(OLD, Purge.whole(), NONE),
                () -> others.breakLock(OLD, "id"),
                () -> others.copy(OLD, THIRD, ADA),
                () -> others.move(OLD, THIRD, ADA));
        for (Runnable call : calls) {
            assertThatThrownBy(call::run).isInstanceOf(Moved.class).hasMessageContaining("/" + NEW);
        }
        assertMoved(OLD, NEW);
        assertWholeAt(NEW);
    }

    @Test
    void aLateDocumentOfALockHolderIsSetAsideAtTheOldName() {
        states.move(OLD, NEW, ADA);

        Moved refused = catchThrowableOfType(
                Moved.class, () -> others.put(OLD, Documents.serial(4, "late"), NONE.withLock("lost")));

        assertThat(refused.quarantined()).isNotNull();
        assertThat(others.quarantine(OLD)).hasSize(1);
        assertThat(states.move(OLD, NEW, ADA).quarantined())
                .as("the same move again brings it")
                .isEqualTo(1);
        assertThat(others.quarantine(OLD)).isEmpty();
        assertThat(others.getQuarantined(NEW, String.valueOf(refused.quarantined())))
                .isPresent();
    }

    @Test
    void aMoveThatIsDoneIsDoneForASecondOne() {
        states.move(OLD, NEW, ADA);
        write(NEW, 4);
        StateHead before = store.head(NEW).orElseThrow();

        MoveResult again = states.move(OLD, NEW, ADA);

        assertThat(again.changed()).isFalse();
        assertThat(store.head(NEW)).contains(before);
    }

    @Test
    void aStateComesBackToTheNameItHad() {
        states.move(OLD, NEW, ADA);

        states.move(NEW, OLD, ADA);

        assertWholeAt(OLD);
        assertMoved(NEW, OLD);
    }

    @Test
    void noOtherStateTakesANameThatSaysWhereItsStateWent() {
        states.move(OLD, NEW, ADA);
        others.put(THIRD, Documents.serial(1), NONE);

        assertThatThrownBy(() -> states.move(THIRD, OLD, ADA)).isInstanceOf(Moved.class);
        assertThatThrownBy(() -> states.copy(THIRD, OLD, ADA)).isInstanceOf(Moved.class);
        assertThatThrownBy(() -> states.copy(NEW, OLD, ADA)).isInstanceOf(Moved.class);

        assertThat(states.endMove(OLD)).isTrue();
        assertThat(states.endMove(OLD)).isFalse();
        assertThat(others.get(OLD)).isEmpty();
        assertThat(states.move(THIRD, OLD, ADA).changed()).isTrue();
    }

    @Test
    void theOldNameIsFreeAfterAWhile() {
        states.move(OLD, NEW, ADA);
        clock.advance(BackendSettings.defaults().movedKept());
        assertMoved(OLD, NEW);
        clock.advance(Duration.ofSeconds(6));

        assertThat(others.get(OLD)).isEmpty();
        assertThat(others.lockOf(OLD)).isEmpty();
        assertThat(others.unlock(OLD, "id")).isFalse();
        assertThat(others.delete(OLD, NONE)).isFalse();
        assertThat(others.lock(OLD, LockInfo.of("id", "bob", ""), LockOptions.none())
                        .fresh())
                .isTrue();
        others.put(OLD, Documents.serial(1), NONE.withLock("id"));
        assertThat(others.head(OLD).orElseThrow().moved()).isFalse();
        assertWholeAt(NEW);
    }

    @Test
    void aReleaseThatKnowsNoMovesFindsALock() {
        states.move(OLD, NEW, ADA);

        StateHead head = store.head(OLD).orElseThrow();

        assertThat(head.current()).isNull();
        Lock lock = Optional.ofNullable(head.lock()).orElseThrow();
        assertThat(lock.expires()).isEqualTo(clock.instant().plus(Duration.ofDays(100)));
        assertThat(lock.info().info()).contains("moved to '" + NEW + "'");
    }

    @Test
    void listsAndCountsKnowTheDifference() {
        states.move(OLD, NEW, ADA);

        assertThat(others.list(ListQuery.all()).heads())
                .extracting(StateHead::name)
                .containsExactly(NEW);
        ListQuery everything = new ListQuery("", null, 10, true, true);
        assertThat(others.list(everything).heads()).extracting(StateHead::name).containsExactly(OLD, NEW);
        assertThat(others.list(everything).heads().getFirst().movedTo())
                .extracting(MovedTo::name)
                .isEqualTo(NEW);
        assertThat(others.locks(new LockQuery("", null, 10, Duration.ZERO)).heads())
                .isEmpty();
        assertThat(others.locks(new LockQuery("", null, 10, Duration.ofMillis(1)))
                        .heads())
                .isEmpty();
        StoreCount count = others.count();
        assertThat(count.locks()).isZero();
        assertThat(count.oldestLock()).isNull();
        assertThat(count.states()).isEqualTo(1);
        assertThat(others.snapshot(OLD)).isEmpty();
    }

    // locks

    @Test
    void theLockOfAnotherIsObeyed() {
        others.lock(OLD, LockInfo.of("theirs", "bob", ""), LockOptions.none());

        Locked refused = catchThrowableOfType(Locked.class, () -> states.move(OLD, NEW, ADA));

        assertThat(refused.holder().id()).isEqualTo("theirs");
        assertThat(store.head(NEW)).as("nothing was brought").isEmpty();
        assertThat(states.copy(OLD, THIRD, ADA).versions())
                .as("who copies only reads")
                .isEqualTo(3);
    }

    @Test
    void theHolderOfTheLockMovesUnderItAndItEnds() {
        others.lock(OLD, LockInfo.of("mine", "ada", ""), LockOptions.none());

        assertThatThrownBy(() -> states.move(OLD, NEW, ADA.withLock("other"))).isInstanceOf(Locked.class);
        states.move(OLD, NEW, ADA.withLock("mine"));

        assertMoved(OLD, NEW);
        assertThat(others.lockOf(NEW)).isEmpty();
        assertThatThrownBy(() -> others.unlock(OLD, "mine")).isInstanceOf(Moved.class);
    }

    @Test
    void aLockThatIsLostMovesNothing() {
        Conflict refused = catchThrowableOfType(Conflict.class, () -> states.move(OLD, NEW, ADA.withLock("gone")));

        assertThat(refused.reason()).isEqualTo(Conflict.Reason.LOCK_LOST);
        assertThat(store.head(NEW)).isEmpty();
    }

    @Test
    void theLockOfTheNewNameIsObeyed() {
        others.lock(NEW, LockInfo.of("theirs", "bob", ""), LockOptions.none());

        assertThatThrownBy(() -> states.move(OLD, NEW, ADA)).isInstanceOf(Locked.class);
        assertThatThrownBy(() -> states.copy(OLD, NEW, ADA)).isInstanceOf(Locked.class);
        assertThat(others.lockOf(OLD)).isEmpty();

        assertThat(states.copy(OLD, NEW, ADA.withLock("theirs")).versions()).isEqualTo(3);
        assertThat(others.lockOf(NEW)).isPresent();
    }

    @Test
    void whileItIsMovedTheOldNameIsLockedAndSaysWhy() {
        Interfering between = new Interfering(store);
        List<Lock> seen = new ArrayList<>();
        between.before(3, () -> {
            others.lockOf(OLD).ifPresent(seen::add);
            assertThatThrownBy(() -> others.put(OLD, Documents.serial(4), NONE)).isInstanceOf(Locked.class);
            assertThatThrownBy(() -> others.move(OLD, THIRD, ADA)).isInstanceOf(Locked.class);
        });

        new StateBackend(between, clock, BackendSettings.defaults()).move(OLD, NEW, ADA);

        assertThat(seen).hasSize(1);
        LockInfo info = seen.getFirst().info();
        assertThat(info.operation()).isEqualTo("move");
        assertThat(info.who()).isEqualTo("ada");
        assertThat(info.info()).contains("is being moved").doesNotContain(NEW.value());
        assertThat(seen.getFirst().expires()).isNotNull();
    }

    @Test
    void whatTheHolderWritesMeanwhileGoesAlong() {
        others.lock(OLD, LockInfo.of("mine", "ada", ""), LockOptions.none());
        Interfering between = new Interfering(store);
        between.before(4, () -> others.put(OLD, Documents.serial(4), NONE.withLock("mine")));

        new StateBackend(between, clock, BackendSettings.defaults()).move(OLD, NEW, ADA.withLock("mine"));

        assertThat(others.get(NEW).orElseThrow().document()).isEqualTo(Documents.serial(4));
        assertMoved(OLD, NEW);
    }

    @Test
    void whoeverTookABrokenLockKeepsTheState() {
        Interfering between = new Interfering(store);
        between.before(5, () -> {
            others.forceUnlock(OLD, "bob");
            others.lock(OLD, LockInfo.of("theirs", "bob", "OperationTypeApply"), LockOptions.none());
        });
        StateBackend mover = new StateBackend(between, clock, BackendSettings.defaults());

        assertThatThrownBy(() -> mover.move(OLD, NEW, ADA)).isInstanceOf(Locked.class);

        assertThat(others.lockOf(OLD)).map(Lock::id).contains("theirs");
        assertThat(told(OLD) + " " + told(NEW)).isEqualTo("live incomplete");
    }

    // crashes and lost answers

    /** Tells after each commit what a reader would find. */
    private final class Interfering extends ForwardingStore {
        private final Map<Integer, Runnable> before = Collections.synchronizedMap(new HashMap<>());
        private Consumer<Transition> after = done -> {};
        private int commits;

        Interfering(StateStore below) {
            super(below);
        }

        void before(int commit, Runnable action) {
            before.put(commit, action);
        }

        @Override
        public boolean commit(Transition transition) {
            Runnable action = before.remove(++commits);
            if (action != null) {
                action.run();
            }
            boolean done = super.commit(transition);
            after.accept(transition);
            return done;
        }

        @Override
        public Optional<StateHead> recent(StateName name) {
            return Optional.empty();
        }
    }

    /** What a reader is told of a name. */
    private String told(StateName name) {
        try {
            return others.get(name).isPresent() ? "live" : "none";
        } catch (Moved moved) {
            return "moved";
        } catch (Unavailable incomplete) {
            return "incomplete";
        }
    }

    @Test
    void atNoMomentTwoNamesAreLiveOrNoneSaysWhereTheStateIs() {
        Interfering watched = new Interfering(store);
        List<String> moments = new ArrayList<>();
        watched.after = done -> moments.add(told(OLD) + " " + told(NEW));

        new StateBackend(watched, clock, BackendSettings.defaults()).move(OLD, NEW, ADA);

        assertThat(moments)
                .containsExactly(
                        "live none",
                        "live incomplete",
                        "live incomplete",
                        "live incomplete",
                        "moved incomplete",
                        "moved live");
    }

    @Test
    void aStateThatComesBackIsNeverTakenForNone() {
        states.move(OLD, NEW, ADA);
        Interfering watched = new Interfering(store);
        List<String> moments = new ArrayList<>();
        watched.after = done -> moments.add(told(NEW) + " " + told(OLD));

        new StateBackend(watched, clock, BackendSettings.defaults()).move(NEW, OLD, ADA);

        assertThat(moments)
                .containsExactly(
                        "live moved",
                        "live incomplete",
                        "live incomplete",
                        "live incomplete",
                        "moved incomplete",
                        "moved live");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void afterACrashAnywhereTheSameMoveEndsIt(int done) {
        for (int i = 0; i < done; i++) {
            lossy.next(Fate.ANSWERED);
        }
        for (int i = 0; i < 10; i++) {
            lossy.next(Fate.FAILED); // the release of the lock, too: this process does nothing any more
        }
        assertThatThrownBy(() -> states.move(OLD, NEW, ADA)).isInstanceOf(Unavailable.class);
        assertThat(told(OLD) + " " + told(NEW)).isNotIn("live live", "none none", "moved none");

        MoveResult again = others.move(OLD, NEW, ADA);

        assertThat(again.changed()).isTrue();
        assertWholeAt(NEW);
        assertMoved(OLD, NEW);
    }

    @Test
    void anOldNameIsNotFreeBeforeTheMoveIsEnded() {
        for (int i = 0; i < COMMITS - 1; i++) {
            lossy.next(Fate.ANSWERED);
        }
        lossy.next(Fate.FAILED, Fate.FAILED);
        assertThatThrownBy(() -> states.move(OLD, NEW, ADA)).isInstanceOf(Unavailable.class);
        assertThat(told(OLD) + " " + told(NEW)).isEqualTo("moved incomplete");

        assertThat(others.endMove(OLD)).isTrue();

        assertWholeAt(NEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void beforeItIsTakenAwayACrashLeavesTheStateAsItWas(int done) {
        for (int i = 0; i < done; i++) {
            lossy.next(Fate.ANSWERED);
        }
        for (int i = 0; i < 10; i++) {
            lossy.next(Fate.FAILED);
        }
        assertThatThrownBy(() -> states.move(OLD, NEW, ADA)).isInstanceOf(Unavailable.class);

        clock.advance(Duration.ofMinutes(11));
        write(OLD, 4);

        written = others.history(OLD, 100, 100);
        assertThat(told(NEW)).isNotEqualTo("live");
        others.move(OLD, NEW, ADA);
        assertWholeAt(NEW);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            mode = Mode.EXCLUDE,
            names = {"ANSWERED", "FAILED"})
    void aLostAnswerAnywhereMovesNothingTwice(Fate fate) {
        for (int i = 0; i < COMMITS; i++) {
            lossy.next(fate, Fate.ANSWERED);
        }

        assertThat(states.move(OLD, NEW, ADA).versions()).isEqualTo(3);

        assertWholeAt(NEW);
        assertMoved(OLD, NEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void afterACrashAnywhereTheSameCopyEndsIt(int done) {
        for (int i = 0; i < done; i++) {
            lossy.next(Fate.ANSWERED);
        }
        lossy.next(Fate.FAILED);
        assertThatThrownBy(() -> states.copy(OLD, NEW, ADA)).isInstanceOf(Unavailable.class);
        assertThat(told(NEW)).isIn("none", "incomplete");

        assertThat(others.copy(OLD, NEW, ADA).versions()).isEqualTo(3 - done);
        assertWholeAt(NEW);
        assertWholeAt(OLD);
    }

    // others at the same time

    /** What others may do in between, at any commit. */
    enum Meanwhile {
        SAME_MOVE,
        OTHER_MOVE,
        COPY_TO_IT,
        COPY_ELSEWHERE,
        WRITE,
        BREAK_AND_WRITE,
        LOCK_NEW,
        DELETE_NEW,
        WRITE_NEW,
        END_MOVE
    }

    /** Whatever happens in between: what was written is a version of some state, and the state is live once at most. */
    @ParameterizedTest
    @EnumSource(Meanwhile.class)
    void whateverOthersDoMeanwhileNothingIsLost(Meanwhile what) {
        for (int commit = 1; commit <= COMMITS; commit++) {
            Between between = new Between(what, commit);
            for (long serial = 1; serial <= 3; serial++) {
                write(between.old, serial);
            }
            between.check();
        }
    }

    private final class Between {
        private final StateBackend all = others;
        private final StateBackend mover;
        private final StateName old;
        private final StateName fresh;
        private final StateName third;
        private final Meanwhile what;
        private final int commit;
        private boolean wrote;

        Between(Meanwhile what, int commit) {
            String folder = what.name() + "/" + commit;
            this.old = StateName.of(folder + "/old");
            this.fresh = StateName.of(folder + "/new");
            this.third = StateName.of(folder + "/third");
            this.what = what;
            this.commit = commit;
            Interfering between = new Interfering(store);
            between.before(commit, this::interfere);
            this.mover = new StateBackend(between, clock, BackendSettings.defaults());
        }

        private void happens() {
            switch (what) {
                case SAME_MOVE -> all.move(old, fresh, WriteOptions.by("bob"));
                case OTHER_MOVE -> all.move(old, third, WriteOptions.by("bob"));
                case COPY_TO_IT -> all.copy(old, fresh, WriteOptions.by("bob"));
                case COPY_ELSEWHERE -> all.copy(old, third, WriteOptions.by("bob"));
                case WRITE -> all.put(old, Documents.serial(4), NONE);
                case BREAK_AND_WRITE -> {
                    all.forceUnlock(old, "bob");
                    all.put(old, Documents.serial(4), NONE);
                }
                case LOCK_NEW -> all.lock(fresh, LockInfo.of("new", "bob", ""), LockOptions.none());
                case DELETE_NEW -> all.delete(fresh, NONE);
                case WRITE_NEW -> all.put(fresh, Documents.serial(4, "new"), NONE);
                case END_MOVE -> all.endMove(old);
            }
        }

        private void interfere() {
            try {
                happens();
                wrote = what == Meanwhile.WRITE || what == Meanwhile.BREAK_AND_WRITE || what == Meanwhile.WRITE_NEW;
            } catch (StateException refused) {
                wrote = false;
            }
        }

        void check() {
            try {
                mover.move(old, fresh, ADA);
            } catch (StateException refused) {
                assertThat(refused.getMessage()).contains(what.name() + "/" + commit);
            }
            String where = what + " before commit " + commit;
            List<StateDocument> found = new ArrayList<>();
            List<StateName> live = new ArrayList<>();
            for (StateName name : List.of(old, fresh, third)) {
                contents(name, found);
                if (live(name)) {
                    live.add(name);
                }
            }
            assertThat(found).as(where).contains(Documents.serial(1), Documents.serial(2), Documents.serial(3));
            if (wrote) {
                assertThat(found).as(where).containsAnyOf(Documents.serial(4), Documents.serial(4, "new"));
            }
            boolean copied = what == Meanwhile.COPY_ELSEWHERE || what == Meanwhile.COPY_TO_IT;
            boolean anew = what == Meanwhile.WRITE_NEW;
            if (!copied && !anew) {
                assertThat(live).as(where).hasSizeLessThanOrEqualTo(1);
            }
        }

        private void contents(StateName name, List<StateDocument> found) {
            try {
                for (StateVersion version : all.history(name, 100, 100)) {
                    found.add(all.get(name, version.number()).orElseThrow().document());
                }
            } catch (Moved moved) {
                assertThat(all.history(Optional.ofNullable(moved.to()).orElseThrow(), 100, 100))
                        .isNotEmpty();
            }
        }

        private boolean live(StateName name) {
            try {
                return all.get(name).isPresent();
            } catch (Moved | Unavailable not) {
                return false;
            }
        }
    }
}
