package io.kolumn.state.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.Labels;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels as stores keep them. */
class LabelsJsonTest {

    private static final StateHead HEAD = StateHead.unborn(StateName.of("a"), Instant.EPOCH)
            .withLabels(Labels.of(Map.of("b", "\"ü\\", "a", "")), "c", Instant.EPOCH);

    private static String json(StateHead head) {
        return new String(HeadJson.write(new HeadWithHistory(head, List.of())), StandardCharsets.UTF_8);
    }

    @Test
    void aHeadHasThemInTheOrderOfTheirKeys() throws IOException {
        assertThat(json(HEAD)).contains("\"labels\":{\"a\":\"\",\"b\":\"\\\"ü\\\\\"}");
        assertThat(HeadJson.head(json(HEAD).getBytes(StandardCharsets.UTF_8))).isEqualTo(HEAD);
    }

    @Test
    void aHeadOfAnEarlierReleaseHasNone() throws IOException {
        String without = json(HEAD.labelled(null));
        assertThat(without).doesNotContain("labels");
        assertThat(HeadJson.head(without.getBytes(StandardCharsets.UTF_8)).labels())
                .isNull();
        String empty = json(HEAD.labelled(Labels.NONE));
        assertThat(HeadJson.head(empty.getBytes(StandardCharsets.UTF_8)).labels())
                .isEqualTo(Labels.NONE);
    }

    /** Damage, which the store tells of with the name of the state; no mistake of a caller. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", "[]", "{\"a=b\": \"\"}", "{\"a\": \"\\u0000\"}", "{\"a\": ", ""})
    void whatIsNoneIsDamage(String text) {
        assertThatThrownBy(() -> LabelsJson.parse(text)).isInstanceOf(IOException.class);
    }
}
