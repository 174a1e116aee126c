package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import org.junit.jupiter.api.Test;

/** The head that a store remembers is the one that it would read, until somebody else moves it. */
class PostgresRecentTest {

    private static final StateName NAME = StateName.of("prod");

    @Test
    void whatWasCommittedIsRemembered() {
        String schema = TestPostgres.newSchema();
        try (PostgresStore store = TestPostgres.shared().open(schema);
                PostgresStore other = TestPostgres.shared().open(schema)) {
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
    }
}
