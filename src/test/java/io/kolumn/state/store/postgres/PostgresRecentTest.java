package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The head that a store remembers is the one that it would read, until somebody else moves it; and it is asked each time. */
class PostgresRecentTest {

    private static final StateName NAME = StateName.of("prod");

    private String schema;
    private PostgresStore store;
    private PostgresStore other;

    @BeforeEach
    void openTwo() {
        schema = TestPostgres.newSchema();
        store = TestPostgres.shared().open(schema);
        other = TestPostgres.shared().open(schema);
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
    }

    @Test
    void whatWasCommittedIsRemembered() {
        assertThat(store.recent(NAME)).isEmpty();
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        StateHead first = store.recent(NAME).orElseThrow();
        assertThat(store.head(NAME)).contains(first);

        assertThat(store.commit(write(first, document(2)))).isTrue();
        StateHead second = store.recent(NAME).orElseThrow();
        assertThat(other.head(NAME)).contains(second);

        assertThat(other.commit(write(second, document(3)))).isTrue();
        assertThat(store.recent(NAME)).contains(second);
        assertThat(store.commit(write(second, document(4)))).isFalse();
        assertThat(store.recent(NAME)).isEmpty();
    }

    @Test
    void aRememberedHeadIsTheAnswerOnlyWhileItStands() {
        StateHead first = made(create(NAME, document(1)));
        assertThat(store.head(NAME)).containsSame(first);

        assertThat(other.commit(write(first, document(2)))).isTrue();
        StateHead second = other.recent(NAME).orElseThrow();
        assertThat(store.head(NAME)).contains(second);
        assertThat(store.recent(NAME)).contains(second);

        assertThat(other.commit(lock(second, lock("other", 1)))).isTrue();
        StateHead locked = other.recent(NAME).orElseThrow();
        assertThat(store.head(NAME)).contains(locked);
        assertThat(store.head(NAME)).containsSame(store.recent(NAME).orElseThrow());

        assertThat(other.commit(delete(locked))).isTrue();
        assertThat(store.head(NAME)).contains(other.recent(NAME).orElseThrow());
    }

    @Test
    void aLockThatIsTakenAwayByHandIsGone() {
        StateHead locked = made(lock(NAME, lock("mine", 1)));
        assertThat(store.head(NAME)).contains(locked);

        TestPostgres.shared().execute("DELETE FROM " + schema + ".kolumn_locks");
        assertThat(store.head(NAME).orElseThrow().lock()).isNull();
        assertThat(store.recent(NAME).orElseThrow().lock()).isNull();
    }

    @Test
    void aVersionThatIsMadeCurrentByHandIsSeen() {
        StateHead first = made(create(NAME, document(1)));
        StateHead second = made(write(first, document(2)));
        assertThat(store.head(NAME)).contains(second);

        TestPostgres.shared().execute("UPDATE " + schema + ".kolumn_state SET current = 1");
        assertThat(store.head(NAME).orElseThrow().current()).isEqualTo(first.current());
    }

    @Test
    void aStateThatIsTakenAwayByHandIsGone() {
        assertThat(store.head(NAME)).isEmpty();
        assertThat(store.head(made(create(NAME, document(1))).name())).isPresent();

        TestPostgres.shared().execute("TRUNCATE " + schema + ".kolumn_state CASCADE");
        assertThat(store.head(NAME)).isEmpty();
        assertThat(store.recent(NAME)).isEmpty();
    }

    @Test
    void justTheDroppedVersionsGo() {
        StateHead third = made(write(made(write(made(create(NAME, document(1))), document(2))), document(3)));
        StateVersion first = history(0);
        StateHead fourth = made(write(third, document(4), first));
        assertThat(store.history(NAME, Long.MAX_VALUE, 9))
                .extracting(StateVersion::number)
                .containsExactly(4L, 3L, 2L);

        made(write(fourth, document(5), history(0), history(1)));
        assertThat(store.history(NAME, Long.MAX_VALUE, 9))
                .extracting(StateVersion::number)
                .containsExactly(5L, 4L);
    }

    /** The oldest, or what came behind it. */
    private StateVersion history(int behind) {
        return store.history(NAME, Long.MAX_VALUE, 9).reversed().get(behind);
    }

    private StateHead made(Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.recent(NAME).orElseThrow();
    }
}
