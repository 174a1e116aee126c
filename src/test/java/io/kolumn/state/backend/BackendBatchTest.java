package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many small states in one go: each as if it went alone, and whatever is in the way of one is left to the call for that one. */
public class BackendBatchTest {

    private static final WriteOptions WRITE = WriteOptions.by("ada");

    private final MovableClock clock = new MovableClock();
    private final StateBackend source = new StateBackend(new MemoryStore(), clock, BackendSettings.defaults());
    private final List<Operation> told = new ArrayList<>();
    private final StateStore store = newStore();
    private final Instant end = clock.instant().plus(Duration.ofHours(1));
    private Caller caller = Caller.TRUSTED;
    private final StateBackend target =
            new StateBackend(store, clock, BackendSettings.defaults(), told::add, () -> caller);

    /** Where states are carried to. */
    protected StateStore newStore() {
        return new BatchingStore(new MemoryStore());
    }

    @AfterEach
    void closeTheTarget() {
        store.close();
    }

    private BackendBatch batch() {
        return target.batch().orElseThrow();
    }

    private static StateName name(int number) {
        return StateName.of("team-a/" + number);
    }

    /** States with one version, two, three and so on, each also with a lock that was. */
    private Map<StateName, StateSnapshot> states(int count) {
        for (int number = 0; number < count; number++) {
            for (int serial = 1; serial <= number + 1; serial++) {
                source.put(name(number), Documents.serial(serial, "state " + number), WRITE);
            }
            source.lock(name(number), LockInfo.of("l", "bob", ""), LockOptions.none());
            source.unlock(name(number), "l");
        }
        return wholes(count);
    }

    private Map<StateName, StateSnapshot> wholes(int count) {
        Map<StateName, StateSnapshot> states = new LinkedHashMap<>();
        IntStream.range(0, count)
                .mapToObj(BackendBatchTest::name)
                .forEach(name -> states.put(name, source.snapshot(name).orElseThrow()));
        return states;
    }

    private void assertCarriedOver(StateName name) {
        StateSnapshot expected = source.snapshot(name).orElseThrow();
        StateSnapshot there = target.snapshot(name).orElseThrow();
        assertThat(there.versions()).isEqualTo(expected.versions());
        assertThat(there.head().incomplete()).isFalse();
        assertThat(there.head())
                .usingRecursiveComparison()
                .as("locks, and which there were, are of the storage that they were taken in")
                .ignoringFields("commit", "revision", "former")
                .isEqualTo(expected.head());
        for (StateVersion version : expected.versions()) {
            assertThat(there.content(version)).isEqualTo(expected.content(version));
        }
    }

    @Test
    void thereIsNoneWhereAStorageGainsNothing() {
        assertThat(source.batch()).isEmpty();
        assertThat(batch().size()).isGreaterThan(1);
        assertThat(batch().adopt(Map.of(), WRITE)).isEmpty();
    }

    @Test
    void statesArriveWithAllTheirVersions() {
        Map<StateName, StateSnapshot> states = states(5);

        Map<StateName, ImportResult> adopted = batch().adopt(states, WRITE);

        assertThat(adopted)
                .isEqualTo(Map.of(
                        name(0), new ImportResult(1, 0, true),
                        name(1), new ImportResult(2, 0, true),
                        name(2), new ImportResult(3, 0, true),
                        name(3), new ImportResult(4, 0, true),
                        name(4), new ImportResult(5, 0, true)));
        states.keySet().forEach(this::assertCarriedOver);
        Map<StateName, List<VersionedDocument>> read = batch().read(states.keySet());
        states.forEach((name, state) -> assertThat(read.get(name).stream().map(VersionedDocument::version))
                .isEqualTo(state.versions()));
        assertThat(target.importState(name(4), states.get(name(4)), WRITE)).isEqualTo(new ImportResult(0, 0, false));
    }

    @Test
    void aDeletedStateArrivesAsATombstone() {
        states(2);
        source.delete(name(1), WRITE);

        assertThat(batch().adopt(wholes(2), WRITE)).containsOnlyKeys(name(0), name(1));

        assertCarriedOver(name(1));
        assertThat(target.head(name(1)).orElseThrow().tombstone()).isTrue();
    }

    @Test
    void whatIsThereIsLeftAsItIs() {
        Map<StateName, StateSnapshot> states = states(3);
        target.put(name(1), Documents.serial(77, "precious"), WRITE);
        StateHead precious = target.head(name(1)).orElseThrow();

        assertThat(batch().adopt(states, WRITE)).containsOnlyKeys(name(0), name(2));

        assertThat(target.head(name(1))).contains(precious);
        assertThatThrownBy(() -> target.importState(name(1), states.get(name(1)), WRITE))
                .isInstanceOf(StateException.Conflict.class);
    }

    @Test
    void whereADocumentWasSetAsideItIsLeftToTheCallForOne() {
        states(2);
        assertThatThrownBy(() -> source.put(name(1), Documents.serial(9), WRITE.withLock("lost")))
                .isInstanceOf(StateException.Conflict.class);

        assertThat(batch().adopt(wholes(2), WRITE)).containsOnlyKeys(name(0));

        assertThat(target.head(name(1))).isEmpty();
    }

    @Test
    void aSourceThatGivesOtherBytesIsLeftOut() {
        Map<StateName, StateSnapshot> states = states(2);
        StateSnapshot right = states.get(name(1));
        states.put(
                name(1),
                new StateSnapshot(
                        right.head(), right.versions(), right.quarantined(), version -> Documents.serial(3, "other")));

        assertThat(batch().adopt(states, WRITE)).containsOnlyKeys(name(0));

        assertThat(target.head(name(1))).isEmpty();
    }

    @Test
    void aConditionIsRefused() {
        Map<StateName, StateSnapshot> states = states(1);
        assertThatThrownBy(() -> batch().adopt(states, WRITE.when(Precondition.absent())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyStateIsTold() {
        Map<StateName, StateSnapshot> states = states(2);
        target.put(name(1), Documents.serial(77, "precious"), WRITE);
        told.clear();

        batch().read(batch().adopt(states, WRITE).keySet());

        assertThat(told).extracting(Operation::kind).containsExactly(Kind.ADOPT, Kind.EXPORT);
        assertThat(told).allSatisfy(operation -> {
            assertThat(operation.name()).isEqualTo(name(0));
            assertThat(operation.outcome()).isEqualTo("ok");
            assertThat(operation.version()).isEqualTo(states.get(name(0)).head().current());
            assertThat(operation.took()).isPositive();
        });
        assertThat(told.getFirst().changed()).isTrue();
        assertThat(told.getFirst().author()).isEqualTo("ada");
        assertThat(told.getLast().changed()).isFalse();
    }

    @Test
    void whatTheCallerMayNotIsLeftOut() {
        Map<StateName, StateSnapshot> states = states(2);
        caller = new Caller() {
            @Override
            public String subject() {
                return "user/ada";
            }

            @Override
            public boolean expired() {
                return clock.instant().isAfter(end);
            }

            @Override
            public boolean may(Permission verb, StateName name) {
                return name.equals(name(0)) && (verb == Permission.ADMIN || verb == Permission.READ);
            }

            @Override
            public boolean mayEverywhere(Permission verb) {
                return false;
            }
        };

        assertThat(batch().adopt(states, WRITE)).containsOnlyKeys(name(0));
        assertThat(store.head(name(1))).isEmpty();
        store.commit(new Transition(
                null,
                states.get(name(1)).head().withCommit("by-hand").withRevision(""),
                states.get(name(1))
                        .content(Objects.requireNonNull(
                                states.get(name(1)).head().current())),
                List.of()));
        assertThat(batch().read(states.keySet())).containsOnlyKeys(name(0));

        clock.advance(Duration.ofHours(2));
        assertThat(batch().read(states.keySet())).isEmpty();
        assertThat(batch().adopt(states, WRITE)).isEmpty();
    }
}
