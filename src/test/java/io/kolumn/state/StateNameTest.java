package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Invalid;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateNameTest {

    @ParameterizedTest
    @CsvSource({
        ".kolumn-state, true",
        ".kolumn-state/tokens, true",
        ".kolumn-state/a/b, true",
        ".kolumn-states, false",
        ".kolumn-stat, false",
        ".kolumn-state.x, false",
        "a/.kolumn-state/tokens, false",
        "kolumn-state/tokens, false"
    })
    void aNameIsReservedByItsFirstSegment(String value, boolean reserved) {
        assertThat(StateName.of(value).reserved()).isEqualTo(reserved);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prod",
                "a",
                "_",
                "0",
                "team-a/network/prod",
                "a.b-c_d",
                "a..b",
                "a.",
                "a-",
                "A/b/C/0/_",
                "con",
                "default",
                ".github",
                "live/.terragrunt-stack/vpc",
                "a/.b",
                "a/..b",
                "...",
                ".-",
            })
    void aNameComesBackAsItWasWritten(String value) {
        assertThat(StateName.of(value).value()).isEqualTo(value);
        assertThat(StateName.of(value)).hasToString(value);
        assertThat(String.join("/", StateName.of(value).segments())).isEqualTo(value);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", "is empty"),
                Arguments.of("/", "an empty segment at position 1"),
                Arguments.of("/a", "an empty segment at position 1"),
                Arguments.of("a/", "ends with '/'"),
                Arguments.of("a//b", "an empty segment at position 3"),
                Arguments.of(".", "a segment '.' or '..' at position 1"),
                Arguments.of("..", "a segment '.' or '..' at position 1"),
                Arguments.of("../etc/passwd", "a segment '.' or '..' at position 1"),
                Arguments.of("a/../b", "a segment '.' or '..' at position 3"),
                Arguments.of("a/./b", "a segment '.' or '..' at position 3"),
                Arguments.of("a/..", "a segment '.' or '..' at position 3"),
                Arguments.of(".//a", "a segment '.' or '..' at position 1"),
                Arguments.of(".git/./a", "a segment '.' or '..' at position 6"),
                Arguments.of("-rf", "starts with '-' at position 1"),
                Arguments.of("+head", "'+' at position 1"),
                Arguments.of("a/+head", "'+' at position 3"),
                Arguments.of("%2e%2e", "'%' at position 1"),
                Arguments.of("a%2Fb", "'%' at position 2"),
                Arguments.of("a b", "'\\u0020' at position 2"),
                Arguments.of(" a", "'\\u0020' at position 1"),
                Arguments.of("a\\b", "'\\' at position 2"),
                Arguments.of("a:b", "':' at position 2"),
                Arguments.of("a?b", "'?' at position 2"),
                Arguments.of("a\u0000b", "'\\u0000' at position 2"),
                Arguments.of("a\r\nX-Header: b", "'\\u000d' at position 2"),
                Arguments.of("a\u001b[31m", "'\\u001b' at position 2"),
                Arguments.of("a\u007f", "'\\u007f' at position 2"),
                Arguments.of("zürich", "'\\u00fc' at position 2"),
                Arguments.of("a\u2044b", "'\\u2044' at position 2"),
                Arguments.of("\uff41", "'\\uff41' at position 1"),
                Arguments.of("\ud83d\ude00", "'\\ud83d' at position 1"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String value, String why) {
        assertThatThrownBy(() -> StateName.of(value))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(why)
                .message()
                .matches("[ -~]+");
    }

    @Test
    void aNameHasAtMost255Characters() {
        assertThat(StateName.of("a".repeat(255)).value()).hasSize(255);
        assertThatThrownBy(() -> StateName.of("a".repeat(256)))
                .isInstanceOf(Invalid.class)
                .hasMessageContainingAll("256 characters", "at most 255");
    }

    @Test
    void aVeryLongNameIsNotRepeatedInTheRefusal() {
        assertThatThrownBy(() -> StateName.of("\u0000".repeat(10_000)))
                .isInstanceOf(Invalid.class)
                .message()
                .hasSizeLessThan(400)
                .contains("10000 characters")
                .matches("[ -~]+");
    }

    @Test
    void namesStandInByteOrder() {
        List<StateName> names = Stream.of("a/b", "a", "b", "a.b", "_", "a0", "A", "a-b", "aa", "0")
                .map(StateName::of)
                .sorted()
                .toList();

        assertThat(names)
                .extracting(StateName::value)
                .containsExactly("0", "A", "_", "a", "a-b", "a.b", "a/b", "a0", "aa", "b");
    }

    @Test
    void theCaseMatters() {
        assertThat(StateName.of("Prod")).isNotEqualTo(StateName.of("prod"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "team, true",
        "team-, true",
        "team/, true",
        "team/app.1, true",
        "../, false",
        "./, false",
        "team/../x, false",
        "team/./, false",
        "., true",
        "team/., true",
        "team/.., true",
        "team/.terra, true",
        ".github/x, true",
        "team//, false",
        "/team, false",
        "-team, false",
        "te am, false"
    })
    void someTextsAreTheBeginningOfANameAndOthersOfNone(String prefix, boolean may) {
        assertThat(StateName.mayStartWith(prefix)).isEqualTo(may);
        assertThat(StateName.mayStartWith("a".repeat(256))).isFalse();
    }
}
