package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A store may remember a head that is out of date: it saves questions, and changes no answer. */
class StateBackendRecentTest {

    private static final StateName NAME = StateName.of("prod");
    private static final LockOptions FOREVER = LockOptions.none();

    private final MemoryStore memory = new MemoryStore();
    private final AtomicInteger heads = new AtomicInteger();
    private final AtomicInteger histories = new AtomicInteger();
    private @Nullable StateHead remembered;

    private final StateStore store = new ForwardingStore(memory) {
        @Override
        public Optional<StateHead> recent(StateName name) {
            return Optional.ofNullable(remembered);
        }

        @Override
        public Optional<StateHead> head(StateName name) {
            heads.incrementAndGet();
            return super.head(name);
        }

        @Override
        public List<StateVersion> history(StateName name, long before, int limit) {
            histories.incrementAndGet();
            return super.history(name, before, limit);
        }
    };

    private final MovableClock clock = new MovableClock();
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());
    private final StateBackend others = new StateBackend(memory, clock, BackendSettings.defaults());

    private void remember() {
        remembered = memory.head(NAME).orElse(null);
    }

    private static LockInfo info(String id) {
        return LockInfo.of(id, "ada", "OperationTypeApply");
    }

    @Test
    void aWriteFromTheTrueHeadAsksNothing() {
        others.put(NAME, Documents.serial(1), WriteOptions.none());
        remember();

        assertThat(backend.put(NAME, Documents.serial(2), WriteOptions.none()).changed())
                .isTrue();

        assertThat(heads).hasValue(0);
    }

    @Test
    void anOldHeadGivesNoRefusal() {
        others.lock(NAME, info("other"), FOREVER);
        remember();
        others.unlock(NAME, "other");

        assertThat(backend.put(NAME, Documents.serial(1), WriteOptions.none()).created())
                .isTrue();
        assertThat(backend.lock(NAME, info("mine"), FOREVER).fresh()).isTrue();
        assertThat(backend.lockOf(NAME).orElseThrow().id()).isEqualTo("mine");
    }

    @Test
    void anOldHeadGivesNoPermission() {
        others.put(NAME, Documents.serial(1), WriteOptions.none());
        remember();
        others.put(NAME, Documents.serial(5), WriteOptions.none());
        others.lock(NAME, info("other"), FOREVER);

        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(6), WriteOptions.none()))
                .isInstanceOf(Locked.class);
        assertThatThrownBy(() -> backend.lock(NAME, info("mine"), FOREVER)).isInstanceOf(Locked.class);
        assertThatThrownBy(() -> backend.delete(NAME, WriteOptions.none())).isInstanceOf(Locked.class);
        others.unlock(NAME, "other");
        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(3), WriteOptions.none()))
                .isInstanceOf(Conflict.class);
        assertThat(others.current(NAME).orElseThrow().serial()).isEqualTo(5);
    }

    @Test
    void anOldHeadIsNoReasonToDoNothing() {
        others.put(NAME, Documents.serial(1), WriteOptions.none());
        remember();
        others.put(NAME, Documents.serial(2), WriteOptions.none());

        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(1), WriteOptions.none()))
                .as("the bytes of the head that is remembered, not of the one that is there")
                .isInstanceOf(Conflict.class);
    }

    @Test
    void theLockThatIsBrokenIsTheOneThatIsThere() {
        others.lock(NAME, info("older"), FOREVER);
        remember();
        others.unlock(NAME, "older");
        others.lock(NAME, info("newer"), FOREVER);

        assertThat(backend.forceUnlock(NAME, "ada")).isTrue();
        assertThat(others.lockOf(NAME)).isEmpty();
    }

    @Test
    void theHoldersUnlockFindsItsLockTakenAgain() {
        others.lock(NAME, info("mine"), FOREVER);
        remember();
        others.unlock(NAME, "mine");
        others.lock(NAME, info("mine"), FOREVER);

        assertThat(backend.unlock(NAME, "mine")).isTrue();
        assertThat(others.lockOf(NAME)).isEmpty();
    }

    /** The first commit may have released the lock: the one that is there now was taken since, and stays. */
    @Test
    void anUncertainReleaseBreaksNoLaterLock() {
        StateBackend uncertain = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public Optional<StateHead> recent(StateName name) {
                        return Optional.ofNullable(remembered);
                    }

                    @Override
                    public boolean commit(Transition transition) {
                        super.commit(transition);
                        others.lock(NAME, info("later"), FOREVER);
                        throw Unavailable.outcomeUnknown("The answer is lost.", null);
                    }
                },
                clock,
                BackendSettings.defaults());
        others.lock(NAME, info("older"), FOREVER);
        remember();

        assertThat(uncertain.forceUnlock(NAME, "ada")).isFalse();
        assertThat(others.lockOf(NAME).orElseThrow().id()).isEqualTo("later");
    }

    @Test
    void retentionReadsTheHistoryOnceAndNotForEachWrite() {
        BackendSettings three = BackendSettings.defaults().keeping(3, null);
        StateBackend keeping = new StateBackend(store, clock, three);
        for (int serial = 1; serial <= 20; serial++) {
            keeping.put(NAME, Documents.serial(serial), WriteOptions.none());
        }

        assertThat(histories).hasValue(1);
        assertThat(numbers()).containsExactly(20L, 19L, 18L);
    }

    @Test
    void whatOthersWroteIsCountedToo() {
        BackendSettings three = BackendSettings.defaults().keeping(3, null);
        StateBackend one = new StateBackend(store, clock, three);
        StateBackend two = new StateBackend(memory, clock, three);
        List<Integer> writers = List.of(1, 1, 1, 1, 1, 2, 1, 2, 2, 1, 1, 2);
        for (int write = 0; write < writers.size(); write++) {
            (writers.get(write) == 1 ? one : two).put(NAME, Documents.serial(write + 1), WriteOptions.none());
            long newest = write + 1;
            List<Long> expected = new ArrayList<>();
            for (long number = newest; number > Math.max(0, newest - 3); number--) {
                expected.add(number);
            }
            assertThat(numbers()).isEqualTo(expected);
            assertThat(memory.head(NAME).orElseThrow().versionCount()).isEqualTo(expected.size());
        }
    }

    private List<Long> numbers() {
        return memory.history(NAME, Long.MAX_VALUE, 100).stream()
                .map(StateVersion::number)
                .toList();
    }
}
