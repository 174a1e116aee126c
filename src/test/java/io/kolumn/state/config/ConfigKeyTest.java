package io.kolumn.state.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.config.ConfigKey.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each type of value accepts, and what it says of the rest. */
class ConfigKeyTest {

    private static final ConfigKey COUNT = ConfigKey.integer("count", 1, 10, "How many.");
    private static final ConfigKey SIZE =
            ConfigKey.of("size", Type.SIZE, "How large.").atLeast(1024);
    private static final ConfigKey TIME =
            ConfigKey.of("time", Type.DURATION, "How long.").atLeast(500);
    private static final ConfigKey FLAG = ConfigKey.of("flag", Type.BOOLEAN, "Whether.");
    private static final ConfigKey MODE = ConfigKey.of("mode", Type.PERMISSIONS, "Who may.");
    private static final ConfigKey DOOR = ConfigKey.choice("door", List.of("front", "back"), "Which.");
    private static final ConfigKey PATH = ConfigKey.of("path", Type.PATH, "Where.");

    private static ConfigKey key(String name) {
        return List.of(COUNT, SIZE, TIME, FLAG, MODE, DOOR, PATH).stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "count, 1",
        "count, 10",
        "size, 1024",
        "size, 1k",
        "size, 2KB",
        "size, 3G",
        "size, 999999999999999G",
        "time, 500ms",
        "time, 5",
        "time, 5s",
        "time, 5m",
        "time, 12h",
        "time, 30d",
        "time, PT10M",
        "time, P1D",
        "flag, true",
        "flag, FALSE",
        "mode, 0644",
        "mode, 600",
        "door, front",
        "path, ../some where"
    })
    void isAccepted(String key, String value) {
        assertThat(key(key).problem(value)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "count, 0, from 1 to 10",
        "count, 11, from 1 to 10",
        "count, 1.5, whole number",
        "count, ten, whole number",
        "count, 99999999999999999999, whole number",
        "size, 1023, at least 1024",
        "size, -1, size in bytes",
        "size, 1T, size in bytes",
        "size, 1.5G, size in bytes",
        "time, 499ms, at least",
        "time, soon, such as",
        "time, 5 s, such as",
        "time, P999999999999999D, such as",
        "flag, yes, true or false",
        "flag, 1, true or false",
        "mode, 0444, octal",
        "mode, 0888, octal",
        "mode, rw-r--r--, octal",
        "door, side, 'front, back'",
        "door, Front, 'front, back'"
    })
    void isRefusedWithWhatToWriteInstead(String key, String value, String says) {
        assertThat(key(key).problem(value)).contains(says);
    }

    @Test
    void aPathHoldsNoZeroCharacter() {
        assertThat(PATH.problem("a\0b")).isEqualTo("is not a path");
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500", "2k, 2048", "2KB, 2048", "3M, 3145728", "1G, 1073741824", "0, 0"})
    void sizesAreBytes(String value, long bytes) {
        assertThat(ConfigKey.size(value)).isEqualTo(bytes);
    }

    @Test
    void aSizeBeyondALongIsTheLargestLong() {
        assertThat(ConfigKey.size("999999999999999G")).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"250ms, PT0.25S", "30, PT30S", "30s, PT30S", "5m, PT5M", "12h, PT12H", "30d, PT720H", "PT1H30M, PT1H30M"
    })
    void durations(String value, Duration duration) {
        assertThat(ConfigKey.duration(value)).isEqualTo(duration);
    }

    @Test
    void aSecretIsNeverShown() {
        assertThat(COUNT.confidential().shown("1234")).isEqualTo("***");
        assertThat(COUNT.shown("1234")).isEqualTo("1234");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Count", "back-up", "1st", "a b", "_a"})
    void aTableCannotHaveSuchAName(String name) {
        assertThatThrownBy(() -> ConfigKey.of(name, Type.TEXT, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOlderNameOfAChoiceIsReadAsTheChoiceOfToday() {
        KeyTable table = new KeyTable(
                "p.",
                List.of(ConfigKey.choice("page", List.of("open", "authenticated"), "text")
                        .formerChoice("identity", "authenticated")));
        List<Problem> problems = new ArrayList<>();

        assertThat(table.check(Map.of("page", "identity"), problems).text("page"))
                .contains("authenticated");
        assertThat(table.check(Map.of("page", "open"), problems).text("page")).contains("open");
        assertThat(problems).isEmpty();

        table.check(Map.of("page", "someone"), problems);
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains("open, authenticated")
                        .doesNotContain("identity"));
    }

    @Test
    void anOlderNameStandsForTheKeyUnlessBothAreGivenAndDiffer() {
        KeyTable table = new KeyTable(
                "p.", List.of(ConfigKey.integer("new_name", 1, 9, "text").formerly("old_name")));
        List<Problem> problems = new ArrayList<>();

        assertThat(table.check(Map.of("old_name", "3"), problems).number("new_name"))
                .isEqualTo(3);
        assertThat(table.check(Map.of("old_name", "3", "new_name", "3"), problems)
                        .number("new_name"))
                .isEqualTo(3);
        assertThat(table.unknown(Set.of("old-name", "new_name"))).isEmpty();
        assertThat(problems).isEmpty();

        table.check(Map.of("old_name", "3", "new_name", "4"), problems);
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.key()).isEqualTo("p.old-name");
            assertThat(problem.message()).contains("p.new-name");
        });
    }
}
