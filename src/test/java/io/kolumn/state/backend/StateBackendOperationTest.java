package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kolumn.state.Documents;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of every call, and what becomes of a head that keeps moving. */
public class StateBackendOperationTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("prod");
    private static final WriteOptions WRITE = WriteOptions.none();
    private static final LockInfo ALICE = LockInfo.of("holder", "alice", "OperationTypeApply");

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final List<Operation> told = new ArrayList<>();
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults(), told::add);

    /** The one operation that the call is told as; what the call throws is passed over. */
    private Operation told(Runnable call) {
        told.clear();
        Throwable thrown = catchThrowable(call::run);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().refusal()).isSameAs(thrown);
        assertThat(told.getFirst().took()).isPositive();
        return told.getFirst();
    }

    private static void is(Operation operation, Kind kind, String outcome, boolean changed, String author) {
        assertThat(List.of(operation.kind(), operation.outcome(), operation.changed(), operation.author()))
                .containsExactly(kind, outcome, changed, author);
    }

    @Test
    void writesAreTold() {
        Operation written = told(() -> backend.put(NAME, Documents.serial(1), WriteOptions.by("ci")));
        is(written, Kind.PUT, "ok", true, "ci");
        assertThat(written.name()).isEqualTo(NAME);
        assertThat(written.version()).isEqualTo(backend.current(NAME).orElseThrow());
        assertThat(written.lock()).isNull();

        Operation again = told(() -> backend.put(NAME, Documents.serial(1), WRITE));
        is(again, Kind.PUT, "unchanged", false, "");
        assertThat(again.version()).isEqualTo(written.version());

        is(told(() -> backend.put(NAME, Documents.serial(0), WRITE)), Kind.PUT, "conflict", false, "");
        is(told(() -> backend.delete(NAME, WriteOptions.by("ci"))), Kind.DELETE, "ok", true, "ci");
        is(told(() -> backend.delete(NAME, WriteOptions.by("ci"))), Kind.DELETE, "unchanged", false, "ci");
    }

    @Test
    void aChangeThatCannotBeRecordedIsRefusedBeforeItHappensAndReadsGoOn() {
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.lock(NAME, ALICE, LockOptions.none());
        Optional<StateHead> before = store.head(NAME);
        List<Kind> asked = new ArrayList<>();
        OperationListener full = new OperationListener() {
            @Override
            public void finished(Operation operation) {}

            @Override
            public void before(Kind change) {
                asked.add(change);
                throw new StateException.Unavailable("The trail is full, by the test.", null);
            }
        };
        StateBackend refusing =
                new StateBackend(store, clock, BackendSettings.defaults(), ((OperationListener) told::add).and(full));
        WriteOptions held = WRITE.withLock("holder");
        List<Runnable> changes = List.of(
                () -> refusing.put(NAME, Documents.serial(2), held),
                () -> refusing.delete(NAME, held),
                () -> refusing.restore(NAME, 1, held, size -> {}),
                () -> refusing.lock(StateName.of("other"), ALICE, LockOptions.none()),
                () -> refusing.renew(NAME, "holder", Duration.ofMinutes(1)),
                () -> refusing.unlock(NAME, "holder"),
                () -> refusing.forceUnlock(NAME, ""));
        for (Runnable change : changes) {
            assertThat(catchThrowable(change::run)).isInstanceOf(StateException.Unavailable.class);
        }

        assertThat(asked).hasSize(changes.size());
        assertThat(store.head(NAME)).isEqualTo(before);
        assertThat(store.head(StateName.of("other"))).isEmpty();
        assertThat(refusing.get(NAME)).isPresent();
    }

    @Test
    void historyIsTold() {
        backend.put(NAME, Documents.serial(1, "one"), WRITE);
        backend.put(NAME, Documents.serial(2, "two"), WRITE);

        Operation restored = told(() -> backend.restore(NAME, 1, WriteOptions.by("ci"), size -> {}));
        is(restored, Kind.RESTORE, "ok", true, "ci");
        assertThat(restored.version()).isEqualTo(backend.current(NAME).orElseThrow());
        is(told(() -> backend.restore(NAME, 1, WRITE, size -> {})), Kind.RESTORE, "unchanged", false, "");
        is(told(() -> backend.restore(NAME, 9, WRITE, size -> {})), Kind.RESTORE, "not-found", false, "");
        is(told(() -> backend.restoreQuarantined(NAME, "x", WRITE, size -> {})), Kind.RESTORE, "not-found", false, "");
        is(told(() -> backend.diff(NAME, 1, NAME, 2, size -> {})), Kind.DIFF, "ok", false, "");
        is(told(() -> backend.outputs(NAME, false, size -> {})), Kind.OUTPUTS, "ok", false, "");
        is(told(() -> backend.outputs(StateName.of("none"), false, size -> {})), Kind.OUTPUTS, "not-found", false, "");
        is(told(() -> backend.at(NAME, MovableClock.START.minusSeconds(1))), Kind.GET, "not-found", false, "");
    }

    @Test
    void whatIsCarriedOverIsTold() {
        backend.put(NAME, Documents.serial(1), WRITE);
        StateName copy = StateName.of("copy");
        StateSnapshot whole = backend.snapshot(NAME).orElseThrow();

        is(told(() -> backend.snapshot(NAME)), Kind.EXPORT, "ok", false, "");
        is(told(() -> backend.importState(copy, whole, WriteOptions.by("ci"))), Kind.ADOPT, "ok", true, "ci");
        is(told(() -> backend.importState(copy, whole, WriteOptions.by("ci"))), Kind.ADOPT, "unchanged", false, "ci");
        backend.put(copy, Documents.serial(2), WRITE);
        is(told(() -> backend.importState(copy, whole, WRITE)), Kind.ADOPT, "conflict", false, "");
    }

    @Test
    void aWriteUnderALockNamesItsHolder() {
        Lock lock = backend.lock(NAME, ALICE, LockOptions.none()).lock();

        Operation written = told(() -> backend.put(NAME, Documents.serial(1), WRITE.withLock("holder")));
        is(written, Kind.PUT, "ok", true, "alice");
        assertThat(written.lock()).isEqualTo(lock);
        Operation again = told(() -> backend.put(NAME, Documents.serial(1), WRITE.withLock("holder")));
        is(again, Kind.PUT, "unchanged", false, "alice");
        Operation deleted = told(() -> backend.delete(NAME, WRITE.withLock("holder")));
        is(deleted, Kind.DELETE, "ok", true, "alice");
        assertThat(deleted.version()).isEqualTo(written.version());
    }

    /** The audit trail names the lock of a refused change, whoever did not say who it is. */
    @Test
    void aRefusalUnderTheCallersOwnLockNamesThatLock() {
        backend.put(NAME, Documents.serial(2), WRITE);
        Lock lock = backend.lock(NAME, ALICE, LockOptions.none()).lock();
        WriteOptions held = WRITE.withLock("holder");

        for (Operation refused : List.of(
                told(() -> backend.put(NAME, Documents.serial(1), held)),
                told(() -> backend.put(NAME, Documents.serial(3), held.when(Precondition.is(9)))),
                told(() -> backend.purge(NAME, Purge.version(1), held)),
                told(() -> backend.purge(NAME, Purge.version(9), held)),
                told(() -> backend.purge(NAME, Purge.quarantined("none"), held)),
                told(() -> backend.purge(NAME, Purge.whole(), held)))) {
            assertThat(refused.refusal()).isInstanceOf(StateException.class);
            assertThat(refused.lock()).as(refused.toString()).isEqualTo(lock);
            assertThat(refused.author()).isEqualTo("alice");
        }
    }

    @Test
    void aChangeThatTheStorageFailsNamesTheLock() {
        backend.put(NAME, Documents.serial(1, "one"), WRITE);
        backend.put(NAME, Documents.serial(2, "two"), WRITE);
        Lock lock = backend.lock(NAME, ALICE, LockOptions.none()).lock();
        StateBackend failing = failing();
        WriteOptions held = WRITE.withLock("holder");

        for (Operation failed : List.of(
                told(() -> failing.put(NAME, Documents.serial(3), held)),
                told(() -> failing.restore(NAME, 1, held, size -> {})),
                told(() -> failing.delete(NAME, held)))) {
            assertThat(failed.lock()).as(failed.toString()).isEqualTo(lock);
        }
    }

    @Test
    void aMoveThatFailsNamesTheLockThatItTook() {
        backend.put(NAME, Documents.serial(1), WRITE);
        Operation failed = told(() -> backendThat(new ForwardingStore(store) {
                    @Override
                    public boolean commit(Transition transition) {
                        if (!transition.name().equals(NAME)) {
                            throw new Unavailable("away, by the test", null);
                        }
                        return super.commit(transition);
                    }
                })
                .move(NAME, StateName.of("new"), WRITE));

        is(failed, Kind.MOVE, "unavailable", false, "");
        assertThat(failed.lock()).isNotNull();
        assertThat(failed.lock().id()).startsWith("move-");
        assertThat(failed.target()).isEqualTo(StateName.of("new"));
        assertThat(backend.lockOf(NAME)).isEmpty();

        Operation moved = told(() -> backend.move(NAME, StateName.of("new"), WRITE));
        is(moved, Kind.MOVE, "ok", true, "");
        assertThat(moved.lock()).isNotNull();
        assertThat(moved.lock().id()).isEqualTo(failed.lock().id());
    }

    @Test
    void aPurgeThatLeavesContentsBehindNamesWhatItPurged() {
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.put(NAME, Documents.serial(2), WRITE);
        StateBackend leaving = backendThat(new ForwardingStore(store) {
            @Override
            public void deleteContent(StateName name, StateVersion version) {
                throw new Unavailable("away, by the test", null);
            }
        });

        Operation failed = told(() -> leaving.purge(NAME, Purge.version(1), WRITE));
        is(failed, Kind.PURGE, "unavailable", false, "");
        assertThat(failed.purged()).isNotNull();
        assertThat(failed.purged().numbers()).isEqualTo("1");
        assertThat(failed.version()).isNotNull();
        assertThat(failed.version().number()).isEqualTo(1);
    }

    private StateBackend failing() {
        return backendThat(new ForwardingStore(store) {
            @Override
            public boolean commit(Transition transition) {
                throw new Unavailable("away, by the test", null);
            }
        });
    }

    private StateBackend backendThat(StateStore other) {
        return new StateBackend(other, clock, BackendSettings.defaults(), told::add);
    }

    @Test
    void whoIsRefusedForALockIsNotTakenForItsHolder() {
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.lock(NAME, ALICE, LockOptions.none());

        is(told(() -> backend.put(NAME, Documents.serial(2), WRITE)), Kind.PUT, "locked", false, "");
        is(told(() -> backend.put(NAME, Documents.serial(2), WRITE.withLock("other"))), Kind.PUT, "locked", false, "");
        is(told(() -> backend.put(NAME, Documents.serial(1), WRITE)), Kind.PUT, "unchanged", false, "");
        is(told(() -> backend.delete(NAME, WRITE)), Kind.DELETE, "locked", false, "");
        is(told(() -> backend.unlock(NAME, "other")), Kind.UNLOCK, "locked", false, "");
    }

    @Test
    void locksAreTold() {
        Operation taken = told(() -> backend.lock(NAME, ALICE, LockOptions.none()));
        is(taken, Kind.LOCK, "ok", true, "alice");
        assertThat(taken.lock()).isEqualTo(backend.lockOf(NAME).orElseThrow());

        is(told(() -> backend.lock(NAME, ALICE, LockOptions.none())), Kind.LOCK, "unchanged", false, "alice");
        LockInfo bob = LockInfo.of("other", "bob", "");
        is(told(() -> backend.lock(NAME, bob, LockOptions.none())), Kind.LOCK, "locked", false, "bob");
        Duration ttl = Duration.ofMinutes(1);
        is(told(() -> backend.renew(NAME, "holder", ttl)), Kind.RENEW, "ok", true, "alice");
        is(told(() -> backend.renew(NAME, "other", ttl)), Kind.RENEW, "locked", false, "");
        is(told(() -> backend.lockOf(NAME)), Kind.LOCK_OF, "ok", false, "");

        Operation released = told(() -> backend.unlock(NAME, "holder"));
        is(released, Kind.UNLOCK, "ok", true, "alice");
        assertThat(released.lock()).isNotNull();
        is(told(() -> backend.unlock(NAME, "holder")), Kind.UNLOCK, "unchanged", false, "");
        is(told(() -> backend.renew(NAME, "holder", ttl)), Kind.RENEW, "conflict", false, "");
        is(told(() -> backend.lockOf(NAME)), Kind.LOCK_OF, "not-found", false, "");
    }

    @Test
    void aLockBrokenByForceIsToldWithWhoBrokeIt() {
        backend.lock(NAME, ALICE, LockOptions.none());

        is(told(() -> backend.forceUnlock(NAME, "admin")), Kind.UNLOCK_FORCE, "ok", true, "admin");

        backend.lock(NAME, ALICE, LockOptions.none());
        Operation unknown = told(() -> backend.forceUnlock(NAME, ""));
        is(unknown, Kind.UNLOCK_FORCE, "ok", true, "");
        assertThat(unknown.lock()).isNotNull();
    }

    @Test
    void aForbiddenForceIsTold() {
        BackendSettings settings = new BackendSettings(1, null, Duration.ZERO, 0, 0, false);
        StateBackend strict = new StateBackend(store, clock, settings, told::add);

        is(told(() -> strict.forceUnlock(NAME, "eve")), Kind.UNLOCK_FORCE, "forbidden", false, "eve");
    }

    @Test
    void readsAreTold() {
        is(told(() -> backend.get(NAME)), Kind.GET, "not-found", false, "");
        is(told(() -> backend.get(NAME, 1)), Kind.GET, "not-found", false, "");
        is(told(() -> backend.current(NAME)), Kind.GET, "not-found", false, "");
        is(told(() -> backend.getQuarantined(NAME, "1")), Kind.GET, "not-found", false, "");

        StateVersion version = backend.put(NAME, Documents.serial(1), WRITE).version();

        assertThat(told(() -> backend.get(NAME)).version()).isEqualTo(version);
        assertThat(told(() -> backend.get(NAME, 1)).version()).isEqualTo(version);
        assertThat(told(() -> backend.current(NAME)).version()).isEqualTo(version);
        is(told(() -> backend.get(NAME)), Kind.GET, "ok", false, "");
        is(told(() -> backend.history(NAME, 10, 10)), Kind.HISTORY, "ok", false, "");
        is(told(() -> backend.quarantine(NAME)), Kind.HISTORY, "ok", false, "");
        Operation listed = told(() -> backend.list(ListQuery.all()));
        is(listed, Kind.LIST, "ok", false, "");
        assertThat(listed.name()).isNull();
    }

    @Test
    void aStorageThatIsAwayIsToldAsUnavailableAndABugAsError() {
        StateBackend buggy = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public Optional<StateHead> head(StateName name) {
                        throw new IllegalStateException("a bug, by the test");
                    }
                },
                clock,
                BackendSettings.defaults(),
                told::add);
        is(told(() -> buggy.get(NAME)), Kind.GET, "error", false, "");

        store.close();
        is(told(() -> backend.put(NAME, Documents.serial(1), WRITE)), Kind.PUT, "unavailable", false, "");
    }

    @Test
    void twoListenersAreToldOneAfterTheOther() {
        List<String> calls = new ArrayList<>();
        OperationListener both = recorder("first", calls).and(recorder("second", calls));
        StateBackend watched = new StateBackend(store, clock, BackendSettings.defaults(), both);

        assertThatThrownBy(() -> watched.put(NAME, Documents.serial(1), WRITE.withLock("lost")))
                .hasMessageContaining("quarantined");

        assertThat(calls).containsExactly("first aside", "second aside", "first put", "second put");
    }

    private static OperationListener recorder(String name, List<String> calls) {
        return new OperationListener() {
            @Override
            public void finished(Operation operation) {
                calls.add(name + " " + operation.kind().label());
            }

            @Override
            public void quarantined(StateName state, String id, boolean kept) {
                calls.add(name + " aside");
            }
        };
    }

    @Test
    void aHeadThatKeepsMovingEndsAsUnavailableAfterBoundedTries() {
        AtomicInteger tries = new AtomicInteger();
        StateBackend restless = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public boolean commit(Transition transition) {
                        tries.incrementAndGet();
                        return false;
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThatThrownBy(() -> restless.put(NAME, Documents.serial(1), WRITE))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        refusal -> assertThat(refusal.outcomeUnknown())
                                .as("nothing was written")
                                .isFalse())
                .hasMessageContainingAll("prod", "Try again");
        assertThat(tries).hasValueBetween(2, 100);
        assertThat(backend.get(NAME)).isEmpty();
    }

    /** Every commit is preceded by another's, so that each one but the last fails and is judged anew. */
    @Test
    void aHeadThatMovedIsJudgedAnewByTheRules() {
        AtomicInteger others = new AtomicInteger();
        StateBackend raced = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public boolean commit(Transition transition) {
                        int serial = others.incrementAndGet();
                        if (serial <= 5) {
                            backend.put(NAME, Documents.serial(serial), WRITE);
                        }
                        return super.commit(transition);
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThat(raced.put(NAME, Documents.serial(6), WRITE).version().number())
                .isEqualTo(6);
        others.set(0);
        assertThat(catchThrowable(() -> raced.put(NAME, Documents.serial(7), WRITE.when(Precondition.is(6)))))
                .as("the other's older serials are refused")
                .isInstanceOf(StateException.Conflict.class);
    }

    @Test
    void aLockTakenBetweenCheckAndWriteRefusesTheWrite() {
        StateBackend raced = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public boolean commit(Transition transition) {
                        backend.lock(NAME, ALICE, LockOptions.none());
                        return super.commit(transition);
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThatThrownBy(() -> raced.put(NAME, Documents.serial(1), WRITE)).isInstanceOf(StateException.Locked.class);
        assertThat(backend.get(NAME)).isEmpty();
        assertThat(backend.history(NAME, 10, 10)).isEmpty();
    }
}
