package io.kolumn.state;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.memory.MemoryStore;
import org.junit.jupiter.api.Test;

/** As long as no answer is lost it is a store like any other; and what it loses is what it was told to. */
class LostAnswerStoreTest extends StateStoreContract {

    private static final StateName NAME = StateName.of("prod");

    private final MemoryStore below = new MemoryStore();
    private final LostAnswerStore store = new LostAnswerStore(below);

    @Override
    protected StateStore open() {
        return store;
    }

    @Override
    protected boolean survivesReopen() {
        return false;
    }

    @Test
    void aCommitWhoseAnswerIsLostHasHappened() {
        Transition first = create(NAME, document(1));
        store.next(Fate.DONE);

        assertThat(failure(first).outcomeUnknown()).isTrue();

        assertThat(below.head(NAME)).map(StateHead::commit).contains(first.id());
        assertThat(store.commit(first)).isFalse();
        assertThat(store.commits()).isEqualTo(2);
    }

    @Test
    void aCommitThatIsLostItselfHasNotHappened() {
        Transition first = create(NAME, document(1));
        store.next(Fate.NEVER, Fate.ANSWERED, Fate.FAILED);

        assertThat(failure(first).outcomeUnknown()).isTrue();
        assertThat(below.head(NAME)).isEmpty();
        assertThat(store.commit(first)).isTrue();

        Transition second = write(below.head(NAME).orElseThrow(), document(2));
        assertThat(failure(second).outcomeUnknown()).isFalse();
        assertThat(below.head(NAME)).map(StateHead::commit).contains(first.id());
        assertThat(store.commit(second)).isTrue();
    }

    @Test
    void aLateCommitArrivesBeforeTheNextOne() {
        Transition first = create(NAME, document(1));
        Transition rival = create(NAME, document(2));
        store.next(Fate.LATE);

        assertThat(failure(first).outcomeUnknown()).isTrue();
        assertThat(below.head(NAME)).isEmpty();

        assertThat(store.commit(rival)).isFalse();
        assertThat(below.head(NAME)).map(StateHead::commit).contains(first.id());
    }

    @Test
    void othersActOnceBetweenTheCommitAndTheLostAnswer() {
        Transition first = create(NAME, document(1));
        store.next(Fate.DONE, Fate.NEVER)
                .meanwhile(() -> below.commit(write(below.head(NAME).orElseThrow(), document(2))));

        failure(first);
        assertThat(below.head(NAME)).map(StateHead::lastVersion).contains(2L);

        failure(write(below.head(NAME).orElseThrow(), document(3)));
        assertThat(below.head(NAME)).map(StateHead::lastVersion).contains(2L);
    }

    private Unavailable failure(Transition transition) {
        return assertThatExceptionOfType(Unavailable.class)
                .isThrownBy(() -> store.commit(transition))
                .actual();
    }
}
