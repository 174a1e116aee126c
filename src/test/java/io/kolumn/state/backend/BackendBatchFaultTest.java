package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Documents;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.memory.MemoryStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes in between many states that go together, and what the call for one makes of it. */
class BackendBatchFaultTest {

    private static final WriteOptions WRITE = WriteOptions.by("ada");

    private final MovableClock clock = new MovableClock();
    private final StateBackend source = new StateBackend(new MemoryStore(), clock, BackendSettings.defaults());
    private final BatchingStore store = new BatchingStore(new MemoryStore());
    private final StateBackend target = new StateBackend(store, clock, BackendSettings.defaults());

    private BackendBatch batch() {
        return target.batch().orElseThrow();
    }

    private static StateName name(int number) {
        return StateName.of("team-a/" + number);
    }

    /** States with one version, two, three and so on. */
    private Map<StateName, StateSnapshot> states(int count) {
        Map<StateName, StateSnapshot> states = new LinkedHashMap<>();
        for (int number = 0; number < count; number++) {
            for (int serial = 1; serial <= number + 1; serial++) {
                source.put(name(number), Documents.serial(serial, "state " + number), WRITE);
            }
            states.put(name(number), source.snapshot(name(number)).orElseThrow());
        }
        return states;
    }

    private void assertCarriedOver(StateName name) {
        assertThat(target.snapshot(name).orElseThrow().versions())
                .isEqualTo(source.snapshot(name).orElseThrow().versions());
        assertThat(target.get(name).orElseThrow().document())
                .isEqualTo(source.get(name).orElseThrow().document());
    }

    @Test
    void whatComesInBetweenWins() {
        Map<StateName, StateSnapshot> states = states(2);
        store.before = () -> target.put(name(1), Documents.serial(77, "quicker"), WRITE);

        assertThat(batch().adopt(states, WRITE)).containsOnlyKeys(name(0));

        assertThat(target.get(name(1)).orElseThrow().document()).isEqualTo(Documents.serial(77, "quicker"));
    }

    @Test
    void aLostAnswerIsLeftToTheCallForOne() {
        Map<StateName, StateSnapshot> states = states(3);
        store.failing = true;

        assertThat(batch().adopt(states, WRITE)).isEmpty();

        store.failing = false;
        states.forEach((name, state) -> target.importState(name, state, WRITE));
        states.keySet().forEach(this::assertCarriedOver);
    }

    @Test
    void aStoreThatRemembersNothingLeavesTheRestToTheCallForOne() {
        Map<StateName, StateSnapshot> states = states(3);
        store.remembers = false;

        assertThat(batch().adopt(states, WRITE)).containsOnlyKeys(name(0));

        assertThat(target.head(name(2)).orElseThrow().incomplete()).isTrue();
        assertThat(target.importState(name(2), states.get(name(2)), WRITE)).isEqualTo(new ImportResult(2, 0, true));
        assertCarriedOver(name(2));
    }

    @Test
    void whatNobodyHereCanDecryptIsNotGivenOut() {
        StateDocument envelope = StateDocument.sealed(List.of(new byte[] {1, 2, 3}));
        StateVersion version = new StateVersion(
                1, "v", envelope.format(), false, null, null, envelope.sha256(), 3, clock.instant(), "", "", 0);
        store.commit(new Transition(
                null,
                new StateHead(name(0), "", "v", version, null, 1, 1, 0, -1, clock.instant()),
                envelope,
                List.of()));

        assertThat(batch().read(List.of(name(0)))).isEmpty();
    }
}
