package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.FormerLocks;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.QuarantineOutcome;
import io.kolumn.state.QuarantineOutcome.Fate;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it is worth to hold a lock, or to have held it: who may take it, who may break it, whose document is kept. */
public class StateBackendHoldersTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("team-a/prod");

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final List<Operation> told = new ArrayList<>();
    private final Person ada = writer("user/ada");
    private final Person bob = writer("user/bob");
    private final Person boss = new Person("user/boss", Permission.values());
    private final Person planner = new Person("user/planner", Permission.READ, Permission.LOCK);
    private Caller caller = Caller.TRUSTED;
    private final StateBackend backend = new StateBackend(store, clock, keeping(12), told::add, () -> caller);

    private static Person writer(String subject) {
        return new Person(subject, Permission.READ, Permission.LOCK, Permission.WRITE);
    }

    private static BackendSettings keeping(int count) {
        return new BackendSettings(100, null, Duration.ofSeconds(5), count, 64L << 20, true);
    }

    @BeforeEach
    void writeTheCurrentDocument() {
        backend.put(NAME, Documents.serial(5), WriteOptions.none());
    }

    private void lock(Caller who, String id) {
        lock(who, id, "OperationTypeApply");
    }

    private void lock(Caller who, String id, String operation) {
        caller = who;
        backend.lock(NAME, LockInfo.of(id, "runner@ci", operation), LockOptions.none());
    }

    private void breakLock() {
        caller = boss;
        backend.forceUnlock(NAME, "");
    }

    /** What became of a document that was refused. */
    private @Nullable QuarantineOutcome refused(Caller who, String id, StateDocument document) {
        caller = who;
        clock.advance(Duration.ofMillis(1));
        StateException refusal = catchThrowableOfType(
                StateException.class,
                () -> backend.put(NAME, document, WriteOptions.none().withLock(id)));
        return refusal.quarantine();
    }

    private void assertKept(@Nullable QuarantineOutcome quarantined) {
        assertThat(quarantined).isNotNull();
        assertThat(quarantined.fate()).isEqualTo(Fate.KEPT);
        assertThat(store.attachments(NAME)).extracting(StateVersion::id).contains(quarantined.id());
    }

    private void assertNothingKept(@Nullable QuarantineOutcome quarantined) {
        assertThat(quarantined).isNotNull();
        assertThat(quarantined.fate()).isEqualTo(Fate.NEVER_HELD);
        assertThat(quarantined.sentence()).contains("never held");
        assertThat(store.attachments(NAME)).isEmpty();
    }

    // Taking a lock.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OperationTypeApply",
                "OperationTypeRefresh",
                "OperationTypeInvalid",
                "state-rm",
                "state-push",
                "taint",
                "migration destination state",
                "something newer",
                "lock",
                "PLAN",
                ""
            })
    void whoMayNotWriteGetsNoLockForWhatWritesOrIsNotKnown(String operation) {
        Forbidden refusal = catchThrowableOfType(Forbidden.class, () -> lock(planner, "id", operation));

        assertThat(refusal.permission()).isEqualTo("write");
        assertThat(refusal).hasMessageContaining("-lock=false");
        assertThat(store.head(NAME).orElseThrow().lock()).isNull();
        lock(ada, "id", operation);
        assertThat(store.head(NAME).orElseThrow().lock()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OperationTypePlan", "migration source state", "plan"})
    void whoMayNotWriteGetsTheLockForWhatReads(String operation) {
        lock(planner, "id", operation);

        assertThat(backend.unlock(NAME, "id")).isTrue();
    }

    @Test
    void aLockForAPlanIsNotMadeOneForWritingAndWritesNothing() {
        lock(planner, "id", "OperationTypePlan");

        assertThatThrownBy(() -> lock(planner, "id", "OperationTypeApply")).isInstanceOf(Forbidden.class);
        assertThatThrownBy(() -> backend.put(
                        NAME, Documents.serial(6), WriteOptions.none().withLock("id")))
                .isInstanceOf(Forbidden.class);
        assertThat(backend.current(NAME).orElseThrow().serial()).isEqualTo(5);
    }

    // Breaking a lock.

    @Test
    void aLockOfOnesOwnIsBrokenWithoutItsIdAndThatOfAnotherIsNot() {
        lock(ada, "id");
        caller = bob;
        assertThatThrownBy(() -> backend.forceUnlock(NAME, ""))
                .isInstanceOfSatisfying(
                        Forbidden.class,
                        forbidden -> assertThat(forbidden.permission()).isEqualTo("unlock-force"))
                .hasMessageContaining("user/ada");

        caller = ada;
        assertThat(backend.forceUnlock(NAME, "")).isTrue();

        assertThat(store.head(NAME).orElseThrow().lock()).isNull();
        assertThat(backend.forceUnlock(NAME, "")).as("a second try").isFalse();
    }

    @Test
    void aLockWhoseOwnerWasNotProvenIsNobodysOwn() {
        lock(Caller.TRUSTED, "id");
        caller = ada;

        assertThatThrownBy(() -> backend.forceUnlock(NAME, "")).isInstanceOf(Forbidden.class);
    }

    /** A rule may let in whoever proves nothing: they have one name together, and none is the other. */
    @Test
    void thoseWhoProveNothingHaveNoLockOfTheirOwn() {
        Person nobody = writer("anonymous");
        nobody.identified = false;
        lock(nobody, "id");

        assertThatThrownBy(() -> backend.forceUnlock(NAME, "")).isInstanceOf(Forbidden.class);
    }

    @Test
    void whoseProofRanOutBreaksALockOfItsOwnAndNoOther() {
        lock(ada, "id");
        boss.expired = true;
        ada.expired = true;
        caller = boss;
        assertThatThrownBy(() -> backend.forceUnlock(NAME, "")).isInstanceOf(Unauthenticated.class);

        caller = ada;
        assertThat(backend.forceUnlock(NAME, "")).isTrue();
        assertThatThrownBy(() -> backend.forceUnlock(NAME, "")).isInstanceOf(Unauthenticated.class);
    }

    @Test
    void whoMayNotLockBreaksNothing() {
        lock(ada, "id");
        caller = new Person("user/ada", Permission.READ, Permission.WRITE);

        assertThatThrownBy(() -> backend.forceUnlock(NAME, "")).isInstanceOf(Forbidden.class);
    }

    @Test
    void aBrokenLockIsToldApartFromAReleasedOneWithWhoHeldIt() {
        lock(ada, "one");
        backend.unlock(NAME, "one");
        assertThat(told.getLast().kind()).isEqualTo(Kind.UNLOCK);

        lock(ada, "two");
        clock.advance(Duration.ofMinutes(3));
        breakLock();
        Operation forced = told.getLast();
        assertThat(forced.kind()).isEqualTo(Kind.UNLOCK_FORCE);
        assertThat(forced.author()).isEqualTo("user/boss");
        Lock broken = Objects.requireNonNull(forced.lock());
        assertThat(broken.owner()).isEqualTo("user/ada");
        assertThat(broken.id()).isEqualTo("two");
        assertThat(broken.age(clock.instant())).isEqualTo(Duration.ofMinutes(3));

        lock(ada, "three");
        caller = boss;
        backend.unlock(NAME, "three");
        assertThat(told.getLast().kind()).as("by its id, by another").isEqualTo(Kind.UNLOCK_FORCE);

        lock(ada, "four");
        backend.breakLock(NAME, "four");
        assertThat(told.getLast().kind()).as("as OpenTofu asks").isEqualTo(Kind.UNLOCK_FORCE);
    }

    // Whose document is kept.

    @Test
    void theDocumentOfWhoHoldsTheLockIsKeptWhateverTheRefusal() {
        lock(ada, "mine");
        assertKept(refused(ada, "mine", Documents.serial(4)));
        Person reduced = new Person("user/ada", Permission.READ, Permission.LOCK);
        assertKept(refused(reduced, "mine", Documents.serial(6, "right")));
        Person nothing = new Person("user/ada");
        assertKept(refused(nothing, "mine", Documents.serial(6, "hidden")));
        breakLock();
        assertKept(refused(ada, "mine", Documents.serial(6, "broken")));
        assertKept(refused(reduced, "mine", Documents.serial(6, "broken, without the right")));
        ada.expired = true;
        assertKept(refused(ada, "mine", Documents.serial(6, "ended")));

        assertThat(store.attachments(NAME))
                .extracting(StateVersion::operation)
                .containsExactly(
                        "refused: serial",
                        "refused: forbidden",
                        "refused: forbidden",
                        "refused: lock-lost",
                        "refused: forbidden",
                        "refused: unauthenticated");
    }

    @Test
    void itIsKeptHoweverTheLockEnded() {
        lock(ada, "released");
        backend.unlock(NAME, "released");
        caller = ada;
        backend.lock(
                NAME,
                LockInfo.of("leased", "runner@ci", "x"),
                LockOptions.none().withTtl(Duration.ofSeconds(5)));
        clock.advance(Duration.ofMinutes(1));
        lock(bob, "next");
        backend.put(NAME, Documents.serial(6), WriteOptions.none().withLock("next"));

        assertKept(refused(ada, "released", Documents.serial(7, "released")));
        assertKept(refused(ada, "leased", Documents.serial(7, "leased")));
        caller = boss;
        backend.delete(NAME, WriteOptions.none().withLock("next"));
        breakLock();
        assertKept(refused(bob, "next", Documents.serial(7, "deleted")));
    }

    @Test
    void whoNeverHadTheLockStoresNothing() {
        lock(ada, "mine");

        assertNothingKept(refused(bob, "mine", Documents.serial(6)));
        assertNothingKept(refused(bob, "invented", Documents.serial(6)));
        assertNothingKept(refused(planner, "mine", Documents.serial(6)));
        breakLock();
        assertNothingKept(refused(bob, "mine", Documents.serial(6)));
        assertNothingKept(refused(bob, "invented", Documents.serial(6)));
        assertNothingKept(refused(planner, "invented", Documents.serial(6)));
    }

    @Test
    void ofALockThatIsRememberedNoMoreItIsEnoughToHaveTheRightToWrite() {
        lock(ada, "old");
        for (int i = 0; i < FormerLocks.MAX_COUNT; i++) {
            breakLock();
            lock(bob, "next-" + i);
        }
        assertKept(refused(ada, "old", Documents.serial(6, "while they are all remembered")));
        breakLock();
        lock(bob, "one more");

        assertKept(refused(ada, "old", Documents.serial(6)));
        QuarantineOutcome without = refused(planner, "old", Documents.serial(7));
        assertThat(without).isNotNull();
        assertThat(without.fate()).isEqualTo(Fate.NEVER_HELD);
    }

    /** A program of an earlier release took locks and remembered none. */
    @Test
    void whereSomeLocksWereNotRememberedNobodyIsToldThatOneNeverWas() {
        lock(ada, "one");
        breakLock();
        StateHead head = store.head(NAME).orElseThrow();
        StateHead forgetful = new StateHead(
                NAME,
                "",
                RandomId.next(),
                head.current(),
                null,
                head.lastVersion(),
                head.versionCount(),
                head.fence(),
                head.highestSerial(),
                head.changed());
        assertThat(store.commit(new Transition(head, forgetful, null, List.of())))
                .isTrue();

        assertKept(refused(ada, "one", Documents.serial(6)));
    }

    @Test
    void whoMayNotWriteFillsAQuarterOfThePlaceAtMost() {
        lock(planner, "plan", "OperationTypePlan");
        assertKept(refused(planner, "plan", Documents.serial(6, "1")));
        assertKept(refused(planner, "plan", Documents.serial(6, "2")));
        assertKept(refused(planner, "plan", Documents.serial(6, "3")));
        QuarantineOutcome fourth = refused(planner, "plan", Documents.serial(6, "4"));
        assertThat(fourth).isNotNull();
        assertThat(fourth.fate()).isEqualTo(Fate.FULL);
        backend.unlock(NAME, "plan");

        lock(ada, "apply");
        for (int i = 0; i < 9; i++) {
            assertKept(refused(ada, "apply", Documents.serial(4, "apply " + i)));
        }
    }

    @Test
    void nothingIsExpectedOfWhoMayNotWriteAndNeverHadTheLock() {
        lock(ada, "mine");
        WriteOptions mine = WriteOptions.none().withLock("mine");
        backend.expect(NAME, -1, mine);
        caller = bob;
        backend.expect(NAME, -1, mine);
        caller = planner;
        Forbidden refusal = catchThrowableOfType(Forbidden.class, () -> backend.expect(NAME, -1, mine));
        assertThat(Objects.requireNonNull(refusal.quarantine()).fate()).isEqualTo(Fate.NEVER_HELD);
        assertThatThrownBy(() -> backend.expect(NAME, -1, WriteOptions.none())).isInstanceOf(Forbidden.class);
        assertThat(told.getLast().outcome()).isEqualTo("forbidden");

        caller = new Person("user/ada", Permission.READ);
        backend.expect(NAME, -1, mine);
    }

    // What was recovered.

    private String kept(StateDocument document) {
        QuarantineOutcome quarantined = refused(Caller.TRUSTED, "gone", document);
        return Objects.requireNonNull(Objects.requireNonNull(quarantined).id());
    }

    private @Nullable Long recovered(String id) {
        caller = Caller.TRUSTED;
        return backend.quarantined(NAME, size -> {}).stream()
                .filter(kept -> kept.record().id().equals(id))
                .findFirst()
                .orElseThrow()
                .recovered();
    }

    @Test
    void aDocumentThatWasPushedWithAnotherSerialIsRecovered() {
        String id = kept(Documents.serial(9, "an apply"));
        String other = kept(Documents.serial(9, "an Apply"));
        assertThat(recovered(id)).isNull();

        clock.advance(Duration.ofMinutes(1));
        backend.put(NAME, Documents.serial(10, "an apply"), WriteOptions.none());
        backend.put(NAME, Documents.serial(11, "later"), WriteOptions.none());

        assertThat(recovered(id)).as("also with a digit more").isEqualTo(2);
        assertThat(recovered(other)).isNull();
    }

    /** Terraform makes another lineage when it pushes to where there is no state yet. */
    @Test
    void aDocumentThatWasPushedWithAnotherLineageIsRecovered() {
        caller = Caller.TRUSTED;
        backend.delete(NAME, WriteOptions.none());
        String id = kept(Documents.of(1L, "the first lineage", "an apply"));
        clock.advance(Duration.ofMinutes(1));
        backend.put(NAME, Documents.of(10L, "another lineage altogether", "An apply"), WriteOptions.none());
        assertThat(recovered(id)).isNull();
        backend.delete(NAME, WriteOptions.none());
        backend.put(NAME, Documents.of(11L, "another lineage altogether", "an apply"), WriteOptions.none());

        assertThat(recovered(id)).isEqualTo(3);
    }

    @Test
    void aDocumentThatWasWrittenAsItIsWasRecoveredToo() {
        String id = kept(Documents.serial(9, "an apply"));

        backend.put(NAME, Documents.serial(9, "an apply"), WriteOptions.none());

        assertThat(recovered(id)).isEqualTo(2);
    }

    @Test
    void aVersionOfBeforeRecoversNothingThatDiffers() {
        String id = kept(Documents.serial(4, ""));
        String lineage = kept(Documents.of(7L, "another", ""));
        clock.advance(Duration.ofMinutes(1));
        backend.put(NAME, Documents.serial(8, "other"), WriteOptions.none());

        assertThat(recovered(id)).isNull();
        assertThat(recovered(lineage)).isNull();
    }

    @Test
    void whatWasRecoveredMakesRoomForWhatIsNot() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ids.add(kept(Documents.serial(20, "apply " + i)));
        }
        assertThat(Objects.requireNonNull(refused(Caller.TRUSTED, "gone", Documents.serial(20, "one more")))
                        .fate())
                .isEqualTo(Fate.FULL);
        clock.advance(Duration.ofMinutes(1));
        backend.put(NAME, Documents.serial(21, "apply 3"), WriteOptions.none());

        String more = kept(Documents.serial(20, "one more"));

        ids.remove(3);
        ids.add(more);
        assertThat(store.attachments(NAME)).extracting(StateVersion::id).containsExactlyElementsOf(ids);
    }

    /** Somebody with these verbs on every state. */
    private static final class Person implements Caller {
        private final String subject;
        private final List<Permission> verbs;
        private boolean expired;
        private boolean identified = true;

        Person(String subject, Permission... verbs) {
            this.subject = subject;
            this.verbs = List.of(verbs);
        }

        @Override
        public String subject() {
            return subject;
        }

        @Override
        public boolean identified() {
            return identified;
        }

        @Override
        public boolean expired() {
            return expired;
        }

        @Override
        public boolean may(Permission verb, StateName name) {
            return verbs.contains(verb);
        }

        @Override
        public boolean mayEverywhere(Permission verb) {
            return may(verb, NAME);
        }
    }
}
