package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Invalid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be a label, and which labels a selector selects. */
class LabelsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "team", "cost center", "app.kubernetes.io/name", "a:b+c@d_e-f", "A"})
    void aKeyIsAText(String key) {
        assertThat(Labels.of(Map.of(key, "x")).get(key)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "-a", "a=b", "a,b", "ä", "a\n", "a\u0000", "a\tb", "a\"b"})
    void anythingElseIsNoKey(String key) {
        assertThatThrownBy(() -> Labels.of(Map.of(key, "x")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("[A-Za-z0-9][A-Za-z0-9 _.:+@/-]*")
                .message()
                .isPrintable();
        assertThatThrownBy(() -> LabelSelector.of(List.of("ok", key.replace("=", "!") + "=x")))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void keysAndValuesHaveLengths() {
        Labels.of(Map.of("k".repeat(128), "ü".repeat(256)));
        assertThatThrownBy(() -> Labels.of(Map.of("k".repeat(129), "")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("has 129 characters; at most 128 are allowed");
        assertThatThrownBy(() -> Labels.of(Map.of("team", "v".repeat(257))))
                .isInstanceOf(Invalid.class)
                .hasMessage("The value of label 'team' has 257 characters; at most 256 are allowed.");
    }

    @Test
    void valuesHaveNoControlCharactersAndNoHalves() {
        Labels.of(Map.of("smile", "\uD83D\uDE00 =,;\"'\\ "));
        for (String value : List.of("a\nb", "\u0000", "\u007f", "\u0085", "\uD83D", "x\uDE00")) {
            assertThatThrownBy(() -> Labels.of(Map.of("team", value)))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("label 'team' has the character U+");
        }
    }

    @Test
    void thereAreAtMost64() {
        Map<String, String> most = IntStream.range(0, 64).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
        Labels labels = Labels.of(most);
        Map<String, @Nullable String> exchange = new HashMap<>(Map.of("one", "more"));
        assertThatThrownBy(() -> labels.with(exchange))
                .isInstanceOf(Invalid.class)
                .hasMessage("There would be 65 labels; a state has at most 64.");
        exchange.put("k0", null);
        assertThat(labels.with(exchange).values()).hasSize(64).containsEntry("one", "more");
    }

    @Test
    void changesAreMergedAndTheOthersStay() {
        Map<String, @Nullable String> changes = new HashMap<>();
        changes.put("b", null);
        changes.put("missing", null);
        changes.put("c", "3");
        Labels before = Labels.of(Map.of("b", "1", "a", "2"));

        assertThat(before.with(changes)).hasToString("a=2, c=3");
        assertThat(before).hasToString("a=2, b=1");
        assertThat(Labels.NONE.with(Map.of())).isEqualTo(Labels.NONE);
    }

    @Test
    void aSelectorAsksForValuesAndKeys() {
        Labels labels = Labels.of(Map.of("team", "a,b\\", "env", ""));
        assertThat(LabelSelector.parse("").matches(null)).isTrue();
        assertThat(LabelSelector.parse("team").matches(null)).isFalse();
        assertThat(LabelSelector.parse("team,env").matches(labels)).isTrue();
        assertThat(LabelSelector.parse("team=a\\,b\\\\,env=").matches(labels)).isTrue();
        assertThat(LabelSelector.parse("team=a").matches(labels)).isFalse();
        assertThat(LabelSelector.parse("team,other").matches(labels)).isFalse();
        LabelSelector selector = LabelSelector.of(List.of("z", "team=a,b\\", "env=x=y"));
        assertThat(selector).hasToString("env=x=y,team=a\\,b\\\\,z");
        assertThat(LabelSelector.parse(selector.toString())).isEqualTo(selector);
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a,", "=x", "a,,b", "a,a", "a=1,a=2", "a=1,a", "a=\n"})
    void aSelectorThatMeansNothingIsRefused(String text) {
        assertThatThrownBy(() -> LabelSelector.parse(text)).isInstanceOf(Invalid.class);
    }
}
