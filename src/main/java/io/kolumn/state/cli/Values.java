package io.kolumn.state.cli;

import io.kolumn.state.config.ConfigKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Texts of the command line as what they mean. What is said of a wrong one is for people, and names no class. */
final class Values {

    private Values() {}

    static void register(CommandLine line) {
        line.registerConverter(Duration.class, Values::duration)
                .registerConverter(Instant.class, Values::time)
                .registerConverter(URI.class, Values::address)
                .registerConverter(int.class, Values::number)
                .registerConverter(Integer.class, Values::number)
                .registerConverter(long.class, Values::longNumber)
                .registerConverter(Long.class, Values::longNumber);
    }

    /** One of the constants, in any case. */
    static <E extends Enum<E>> void register(CommandLine line, Class<E> type) {
        line.registerConverter(
                type,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.name().equalsIgnoreCase(text.replace('-', '_')))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException("'" + text + "' is not one of "
                                + String.join(
                                        ", ",
                                        Arrays.stream(type.getEnumConstants())
                                                .map(constant -> constant.name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', '-'))
                                                .toList()))));
    }

    private static Duration duration(String text) {
        try {
            return ConfigKey.duration(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 30s, 10m, 12h or PT10M");
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a time such as 2026-11-23T10:00:00Z or 2026-11-23T11:00:00+01:00");
        }
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new TypeConversionException(
                    "'" + Settings.shown(text) + "' is not a URL such as https://state.example.org");
        }
    }

    private static int number(String text) {
        return Math.toIntExact(whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    private static long longNumber(String text) {
        return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static long whole(String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new TypeConversionException("'" + text + "' is not a whole number, or too large a one");
    }
}
