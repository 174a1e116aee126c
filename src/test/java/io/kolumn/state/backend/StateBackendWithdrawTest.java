package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Locks whose answer did not reach whoever asked for them. */
class StateBackendWithdrawTest {

    private static final StateName NAME = StateName.of("prod");

    private final List<Operation> operations = new CopyOnWriteArrayList<>();
    private final StateBackend backend =
            new StateBackend(new MemoryStore(), new MovableClock(), BackendSettings.defaults(), operations::add);

    private LockResult lock(String id, LockOptions options) {
        return backend.lock(NAME, LockInfo.of(id, id + "@laptop", "OperationTypeApply"), options);
    }

    @Test
    void aLockThatNobodyHeardOfIsTakenBack() {
        LockResult lost = lock("a", LockOptions.none());

        assertThat(backend.withdraw(NAME, lost)).isTrue();

        assertThat(backend.lockOf(NAME)).isEmpty();
        assertThat(lock("b", LockOptions.none()).lock().fence()).isEqualTo(2);
        assertThat(operations.get(1))
                .returns(Operation.Kind.UNLOCK, Operation::kind)
                .returns(true, Operation::changed);
    }

    @Test
    void aLockThatTheSameIdAskedForAgainStays() {
        LockResult lost = lock("a", LockOptions.none());
        LockResult heard = lock("a", LockOptions.none());

        assertThat(backend.withdraw(NAME, lost)).isFalse();
        assertThat(backend.withdraw(NAME, heard)).as("it was held before").isFalse();

        assertThat(backend.lockOf(NAME)).contains(heard.lock());
    }

    @Test
    void aLockThatWasWrittenUnderStays() {
        LockResult used = lock("a", LockOptions.none());
        backend.put(NAME, Documents.serial(1), WriteOptions.none().withLock("a"));

        assertThat(backend.withdraw(NAME, used)).isFalse();

        assertThat(backend.lockOf(NAME)).contains(used.lock());
    }

    @Test
    void theLockOfSomebodyElseStays() {
        LockResult lost = lock("a", LockOptions.none());
        backend.unlock(NAME, "a");
        LockResult others = lock("b", LockOptions.none());

        assertThat(backend.withdraw(NAME, lost)).isFalse();

        assertThat(backend.lockOf(NAME)).contains(others.lock());
    }

    /** Gone by the time of the answer, and not yet when it was asked whether to wait. */
    @Test
    void whoIsGoneWhenTheLockIsGivenDoesNotKeepIt() {
        AtomicInteger asked = new AtomicInteger();
        LockOptions leaving = LockOptions.none().unless(() -> asked.getAndIncrement() >= 0);

        assertThatThrownBy(() -> lock("a", leaving)).isInstanceOf(Unavailable.class);

        assertThat(backend.lockOf(NAME)).isEmpty();
    }

    @Test
    void theOneWhoWaitsGetsALockThatIsTakenBack() throws Exception {
        LockResult lost = lock("a", LockOptions.none());
        Thread waiter =
                Thread.ofVirtual().start(() -> lock("b", LockOptions.none().waiting(Duration.ofMinutes(1))));
        Awaitility.await().until(() -> backend.waiters() == 1);

        backend.withdraw(NAME, lost);

        waiter.join();
        assertThat(backend.lockOf(NAME).orElseThrow().id()).isEqualTo("b");
        assertThat(backend.waiters()).isZero();
    }
}
