package io.kolumn.state.http;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.ConfigKey;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Query parameters as what they mean; a bad one is told by its name. */
public final class QueryParameters {

    private QueryParameters() {}

    /**
     * A body without a type passes every {@code @Consumes}, and so does one whose type is empty.
     *
     * @throws NotSupportedException if there is none
     */
    public static void checkTyped(HttpHeaders headers) {
        String type = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        if (type == null || type.isBlank()) {
            throw new NotSupportedException();
        }
    }

    /** True or false, in any case; false if missing. Its name alone, without a value, is neither. */
    public static boolean flag(String name, UriInfo asked) {
        String value = asked.getQueryParameters().getFirst(name);
        if (value == null || value.equalsIgnoreCase("false")) {
            return false;
        }
        if (!value.equalsIgnoreCase("true")) {
            throw new Invalid(name + "=" + shown(value) + " is neither true nor false.");
        }
        return true;
    }

    public static int number(String name, String value) {
        if (!value.matches("-?\\d{1,9}")) {
            throw new Invalid(name + "=" + shown(value) + " is not a whole number.");
        }
        return Integer.parseInt(value);
    }

    /** The number of a version. */
    public static long version(String value) {
        return version("version", value);
    }

    public static long version(String name, String value) {
        if (!value.matches("\\d{1,18}")) {
            throw new Invalid(name + "=" + shown(value) + " is not a version number.");
        }
        return Long.parseLong(value);
    }

    /** As {@code 10m}, or in ISO 8601 as {@code PT10M}; null if missing. */
    public static @Nullable Duration duration(String name, @Nullable String value) {
        try {
            return value == null || value.isEmpty() ? null : ConfigKey.duration(value);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new Invalid(name + "=" + shown(value) + " is not a duration such as 30s, 10m or PT10M.");
        }
    }

    /** A time in RFC 3339, such as 2026-11-23T10:00:00Z. */
    public static Instant time(String name, String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeParseException e) {
            throw new Invalid(name + "=" + shown(value)
                    + " is not a time in RFC 3339 such as 2026-11-23T10:00:00Z (a plus of an offset is written %2B).");
        }
    }

    /** What somebody sent, short enough and harmless to show. */
    public static String shown(@Nullable String value) {
        String text = String.valueOf(value);
        return (text.length() > 60 ? text.substring(0, 60) + "…" : text).replaceAll("\\p{Cntrl}", "?");
    }
}
