package io.kolumn.state.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;

/**
 * Dates in headers, as RFC 9110, section 5.6.7, wants them: {@code Sun, 06 Nov 1994 08:49:37 GMT}. Java's own {@link
 * DateTimeFormatter#RFC_1123_DATE_TIME} writes the first nine days of a month with one digit, which strict readers refuse.
 */
final class HttpDate {

    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .appendText(
                    ChronoField.DAY_OF_WEEK,
                    Map.of(1L, "Mon", 2L, "Tue", 3L, "Wed", 4L, "Thu", 5L, "Fri", 6L, "Sat", 7L, "Sun"))
            .appendLiteral(", ")
            .appendValue(ChronoField.DAY_OF_MONTH, 2)
            .appendLiteral(' ')
            .appendText(
                    ChronoField.MONTH_OF_YEAR,
                    Map.ofEntries(
                            Map.entry(1L, "Jan"),
                            Map.entry(2L, "Feb"),
                            Map.entry(3L, "Mar"),
                            Map.entry(4L, "Apr"),
                            Map.entry(5L, "May"),
                            Map.entry(6L, "Jun"),
                            Map.entry(7L, "Jul"),
                            Map.entry(8L, "Aug"),
                            Map.entry(9L, "Sep"),
                            Map.entry(10L, "Oct"),
                            Map.entry(11L, "Nov"),
                            Map.entry(12L, "Dec")))
            .appendPattern(" uuuu HH:mm:ss 'GMT'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    /** Returns the second in which the instant lies. */
    static String of(Instant instant) {
        return FORMAT.format(instant);
    }
}
