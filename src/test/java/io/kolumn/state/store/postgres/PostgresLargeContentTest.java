package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStoreContractTransitions;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contents around and above the size that is read in pieces. */
class PostgresLargeContentTest {

    private static final StateName NAME = StateName.of("large");

    private static StateDocument document(int size) {
        String start = "{\"version\":4,\"serial\":1,\"lineage\":\"x\",\"text\":\"";
        StringBuilder text = new StringBuilder(size).append(start);
        for (int i = 0; text.length() < size - 2; i++) {
            text.append((char) ('a' + (i * 31 + i / 977) % 26));
        }
        return StateDocument.parse(text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, PostgresContents.PIECE, PostgresContents.PIECE + 1, PostgresContents.PIECE * 2})
    void itComesBackByteForByte(int beyond) {
        StateDocument document = document(PostgresContents.PIECE + beyond);
        assertThat(document.size()).isEqualTo(PostgresContents.PIECE + (long) beyond);
        try (PostgresStore store = TestPostgres.shared().open(TestPostgres.newSchema())) {
            Transition transition = create(NAME, document);
            assertThat(store.commit(transition)).isTrue();
            StateVersion version = Objects.requireNonNull(transition.version());
            StateVersion other = StateStoreContractTransitions.record(1, document);
            StateVersion aside = StateStoreContractTransitions.record(0, document);
            store.putAttachment(NAME, aside, document);

            assertThat(store.content(NAME, version)).contains(document);
            assertThat(store.content(NAME, aside)).contains(document);
            assertThat(store.content(NAME, other)).as("another id").isEmpty();
        }
    }
}
