package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class HttpDateTest {

    @Test
    void theExampleOfTheRfc() {
        assertThat(HttpDate.of(Instant.parse("1994-11-06T08:49:37.999Z"))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void everyDayOfFourYearsHasTwentyNineCharactersAndIsReadAsItself() {
        Instant time = Instant.parse("2026-01-01T00:00:59Z");
        for (int day = 0; day < 4 * 366; day++, time = time.plus(1, ChronoUnit.DAYS)) {
            String text = HttpDate.of(time);
            assertThat(text).hasSize(29).endsWith(" GMT");
            assertThat(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .isEqualTo(time);
        }
    }
}
