package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of the history is kept, and what a content that is missing means. */
class StateBackendRetentionTest {

    private static final StateName NAME = StateName.of("prod");

    private final MovableClock clock = new MovableClock();
    private final List<Long> forgotten = new ArrayList<>();
    private final MemoryStore memory = new MemoryStore();
    private final StateStore store = new ForwardingStore(memory) {
        @Override
        public void deleteContent(StateName name, StateVersion version) {
            forgotten.add(version.number());
        }
    };
    private long serial;

    private StateBackend keeping(int versions, @Nullable Duration age) {
        return new StateBackend(store, clock, BackendSettings.defaults().keeping(versions, age));
    }

    private void write(StateBackend backend, int times) {
        for (int i = 0; i < times; i++) {
            backend.put(NAME, Documents.serial(++serial), WriteOptions.none());
        }
    }

    private void session(StateBackend backend, int times) {
        backend.lock(NAME, LockInfo.of("holder", "", ""), LockOptions.none());
        writeAsHolder(backend, times);
        backend.unlock(NAME, "holder");
    }

    private void writeAsHolder(StateBackend backend, int times) {
        for (int i = 0; i < times; i++) {
            backend.put(NAME, Documents.serial(++serial), WriteOptions.none().withLock("holder"));
        }
    }

    private List<Long> kept() {
        List<Long> numbers = memory.history(NAME, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .map(StateVersion::number)
                .toList();
        assertThat(memory.head(NAME).orElseThrow().versionCount()).isEqualTo(numbers.size());
        return numbers;
    }

    @Test
    void versionsWrittenWithoutALockCountSingly() {
        StateBackend backend = keeping(3, null);

        write(backend, 3);
        assertThat(kept()).containsExactly(3L, 2L, 1L);
        assertThat(forgotten).isEmpty();

        write(backend, 2);
        assertThat(kept()).containsExactly(5L, 4L, 3L);
        assertThat(forgotten).containsExactly(1L, 2L);
        assertThat(backend.get(NAME, 2)).isEmpty();
        assertThat(backend.get(NAME, 3)).isPresent();
    }

    @Test
    void onlyTheCurrentVersionIsKeptWhereOneIsAsked() {
        write(keeping(1, null), 3);

        assertThat(kept()).containsExactly(3L);
    }

    @Test
    void aRunningSessionKeepsAllItsVersions() {
        StateBackend backend = keeping(2, null);
        write(backend, 1);

        backend.lock(NAME, LockInfo.of("holder", "", ""), LockOptions.none());
        writeAsHolder(backend, 10);

        assertThat(kept()).containsExactly(11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void ofAnOlderSessionOnlyTheLastVersionIsKept() {
        StateBackend backend = keeping(100, null);
        session(backend, 4);
        session(backend, 3);
        assertThat(kept()).containsExactly(7L, 6L, 5L, 4L);

        session(backend, 2);

        assertThat(kept()).containsExactly(9L, 8L, 7L, 4L);
    }

    @Test
    void aSessionEndsWithAWriteWithoutALockToo() {
        StateBackend backend = keeping(100, null);
        session(backend, 3);

        write(backend, 1);

        assertThat(kept()).containsExactly(4L, 3L);
    }

    @Test
    void aSessionEndsWithADelete() {
        StateBackend backend = keeping(100, null);
        session(backend, 3);
        backend.delete(NAME, WriteOptions.none());
        assertThat(kept()).as("a delete drops nothing").containsExactly(3L, 2L, 1L);

        write(backend, 1);

        assertThat(kept()).containsExactly(4L, 3L);
    }

    @Test
    void aSessionThatDeletesAndGoesOnIsStillOne() {
        StateBackend backend = keeping(1, null);
        backend.lock(NAME, LockInfo.of("holder", "", ""), LockOptions.none());
        writeAsHolder(backend, 2);
        backend.delete(NAME, WriteOptions.none().withLock("holder"));
        writeAsHolder(backend, 1);

        assertThat(kept()).containsExactly(3L, 2L, 1L);
    }

    /** An hour of snapshots in the middle of an apply does not push out what was before it. */
    @Test
    void sessionsAreCountedNotVersions() {
        StateBackend backend = keeping(3, null);
        write(backend, 1);
        session(backend, 50);
        session(backend, 50);
        assertThat(kept()).startsWith(101L, 100L).endsWith(51L, 1L).hasSize(52);

        write(backend, 1);

        assertThat(kept()).containsExactly(102L, 101L, 51L);
    }

    @Test
    void aSessionInterruptedByAForcedUnlockIsCountedOnce() {
        StateBackend backend = keeping(2, null);
        session(backend, 1);
        backend.lock(NAME, LockInfo.of("holder", "", ""), LockOptions.none());
        writeAsHolder(backend, 1);
        backend.forceUnlock(NAME, "admin");
        write(backend, 1);

        assertThat(kept()).containsExactly(3L, 2L);
    }

    /** A version is superseded when the next one is written, not when it was written itself. */
    @ParameterizedTest
    @CsvSource({"PT0S, 3 2 1", "PT1H, 3 2 1", "PT1H0.001S, 3 2", "PT30H, 3 2"})
    void theAgeOfAVersionCountsFromWhenItWasSuperseded(Duration later, String expected) {
        StateBackend backend = keeping(100, Duration.ofHours(1));
        write(backend, 1);
        clock.advance(Duration.ofDays(30));
        write(backend, 1);
        clock.advance(later);

        write(backend, 1);

        assertThat(kept().stream().map(String::valueOf)).containsExactly(expected.split(" "));
    }

    @Test
    void theCurrentSessionIsNeverTooOld() {
        StateBackend backend = keeping(100, Duration.ofHours(1));
        write(backend, 2);
        backend.lock(NAME, LockInfo.of("holder", "", ""), LockOptions.none());
        writeAsHolder(backend, 2);
        clock.advance(Duration.ofDays(2));
        writeAsHolder(backend, 1);

        assertThat(kept())
                .as("1 and 2 were superseded two days ago, 4 by this very write")
                .containsExactly(5L, 4L, 3L);
    }

    @Test
    void theOldestOfMoreGoFirstWhenTheSettingShrinks() {
        write(keeping(100, null), 10);

        write(keeping(4, null), 1);

        assertThat(kept()).containsExactly(11L, 10L, 9L, 8L);
        assertThat(forgotten)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 7).boxed().toList());
    }

    @Test
    void whatTheHistoryDropsLeavesItInTheSameCommit() {
        StateBackend backend = keeping(2, null);
        write(backend, 2);
        List<Transition> transitions = new ArrayList<>();
        StateBackend watched = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public boolean commit(Transition transition) {
                        transitions.add(transition);
                        return super.commit(transition);
                    }
                },
                clock,
                BackendSettings.defaults().keeping(2, null));

        write(watched, 1);

        assertThat(transitions).hasSize(1);
        assertThat(transitions.getFirst().dropped())
                .extracting(StateVersion::number)
                .containsExactly(1L);
    }

    @Test
    void aContentThatCannotBeForgottenDoesNotFailTheWrite() {
        StateBackend backend = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public void deleteContent(StateName name, StateVersion version) {
                        throw new Unavailable("The storage is away, by the test.", null);
                    }
                },
                clock,
                BackendSettings.defaults().keeping(1, null));

        write(backend, 2);

        assertThat(kept()).containsExactly(2L);
    }

    /** A reader whose version is forgotten under it reads the next one; only what is still kept can be damaged. */
    @Test
    void aContentThatWasJustForgottenIsReadFromTheNextHead() {
        StateBackend writer = keeping(1, null);
        write(writer, 1);
        StateBackend reader = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public Optional<StateDocument> content(StateName name, StateVersion version) {
                        if (version.number() < 3) {
                            write(writer, 1);
                        }
                        return super.content(name, version);
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThat(reader.get(NAME).orElseThrow().version().number()).isEqualTo(3);
    }

    @Test
    void aStateThatIsDeletedWhileItIsReadIsAbsent() {
        StateBackend writer = keeping(1, null);
        write(writer, 1);
        StateBackend reader = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public Optional<StateDocument> content(StateName name, StateVersion version) {
                        writer.delete(NAME, WriteOptions.none());
                        return Optional.empty();
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThat(reader.get(NAME)).isEmpty();
    }

    @Test
    void anOlderVersionThatWasJustForgottenIsAbsent() {
        StateBackend writer = keeping(2, null);
        write(writer, 2);
        StateBackend reader = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public Optional<StateDocument> content(StateName name, StateVersion version) {
                        write(writer, 1);
                        return super.content(name, version);
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThat(reader.get(NAME, 1)).isEmpty();
    }

    @Test
    void aContentThatIsMissingThoughItIsKeptIsDamage() {
        write(keeping(2, null), 2);
        StateBackend damaged = new StateBackend(
                new ForwardingStore(memory) {
                    @Override
                    public Optional<StateDocument> content(StateName name, StateVersion version) {
                        return Optional.empty();
                    }
                },
                clock,
                BackendSettings.defaults());

        assertThatThrownBy(() -> damaged.get(NAME))
                .isInstanceOf(Unavailable.class)
                .hasMessageContainingAll("version 2", "'prod'", "missing", "backup");
        assertThatThrownBy(() -> damaged.get(NAME, 1))
                .isInstanceOf(Unavailable.class)
                .hasMessageContainingAll("version 1", "missing");
        assertThat(damaged.current(NAME)).as("its record is there").isPresent();
    }
}
