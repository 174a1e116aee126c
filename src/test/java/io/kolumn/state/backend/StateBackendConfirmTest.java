package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer that says "it stands already" promises what a commit does, and is asked for that. */
class StateBackendConfirmTest {

    private static final StateName NAME = StateName.of("prod");
    private static final LockOptions AGAIN = LockOptions.none();

    private final List<StateName> confirmed = new ArrayList<>();
    private final LostAnswerStore lossy = new LostAnswerStore(new MemoryStore());
    private boolean certain = true;

    private final StateBackend backend = new StateBackend(
            new ForwardingStore(lossy) {
                @Override
                public void confirm(StateName name) {
                    confirmed.add(name);
                    if (!certain) {
                        throw Unavailable.outcomeUnknown("The standby is away.", null);
                    }
                }
            },
            Clock.systemUTC(),
            BackendSettings.defaults());

    private static LockInfo info(String id) {
        return LockInfo.of(id, "ada", "OperationTypeApply");
    }

    @Test
    void anOrdinaryCycleAsksForNothing() {
        backend.put(NAME, Documents.serial(1), WriteOptions.none());
        backend.lock(NAME, info("mine"), AGAIN);
        backend.put(NAME, Documents.serial(2), WriteOptions.none().withLock("mine"));
        backend.get(NAME);
        backend.unlock(NAME, "mine");
        backend.delete(NAME, WriteOptions.none());

        assertThat(confirmed).isEmpty();
    }

    @Test
    void whatStandsAlreadyIsConfirmedEachTime() {
        backend.put(NAME, Documents.serial(1), WriteOptions.none());
        backend.lock(NAME, info("mine"), AGAIN);

        backend.put(NAME, Documents.serial(1), WriteOptions.none().withLock("mine"));
        assertThat(confirmed).hasSize(1);
        backend.restore(NAME, 1, WriteOptions.none().withLock("mine"), size -> {});
        assertThat(confirmed).hasSize(2);
        backend.unlock(NAME, "mine");
        backend.unlock(NAME, "mine");
        assertThat(confirmed).hasSize(3);
        backend.delete(NAME, WriteOptions.none());
        backend.delete(NAME, WriteOptions.none());
        assertThat(confirmed).hasSize(4);
    }

    @Test
    void whatIsNotConfirmedIsNotAcknowledged() {
        backend.put(NAME, Documents.serial(1), WriteOptions.none());
        certain = false;

        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(1), WriteOptions.none()))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unsure -> assertThat(unsure.outcomeUnknown()).isTrue());
        assertThat(backend.get(NAME)).isPresent();
    }

    @Test
    void aCommitThatIsFoundDoneIsConfirmedToo() {
        lossy.next(LostAnswerStore.Fate.DONE);
        assertThat(backend.put(NAME, Documents.serial(1), WriteOptions.none()).created())
                .isTrue();
        assertThat(confirmed).containsExactly(NAME);

        certain = false;
        lossy.next(LostAnswerStore.Fate.DONE);
        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(2), WriteOptions.none()))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unsure -> assertThat(unsure.outcomeUnknown()).isTrue());
    }
}
