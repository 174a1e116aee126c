package io.kolumn.state.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One key of a configuration. A table of keys has defaults, validation, redaction and docs/configuration.md.
 *
 * @param name with underscores between words, such as {@code backup_count}, and dots between groups; a dash is the
 *     same as an underscore
 * @param type of the value
 * @param defaultValue as it is written; null for none
 * @param required whether a value is required
 * @param secret whether its value must not appear in logs, errors and pages
 * @param min the least value of a number
 * @param max the greatest value of a number
 * @param choices the values of a choice
 * @param text a one-line description
 * @param aliases older names of the key, which are still read
 * @param formerChoices older names of choices, with their present names
 */
public record ConfigKey(
        String name,
        Type type,
        @Nullable String defaultValue,
        boolean required,
        boolean secret,
        long min,
        long max,
        List<String> choices,
        String text,
        List<String> aliases,
        Map<String, String> formerChoices) {

    /** The type of a value. */
    public enum Type {
        TEXT,
        /** A path; a relative one starts at the working directory. */
        PATH,
        INTEGER,
        BOOLEAN,
        /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 30d}, or ISO 8601 as {@code PT10M}. */
        DURATION,
        /** Bytes: a number, with K, M or G for powers of 1024. */
        SIZE,
        /** File permissions as octal digits: {@code 0644}. */
        PERMISSIONS,
        /** One of the choices. */
        CHOICE
    }

    /** The suffix of the key of a file with a secret. */
    static final String FILE = "_file";

    private static final String FILE_TEXT = "File with the value instead, such as a mounted secret.";

    /** The user in a URL, perhaps with a password. */
    private static final Pattern USER_IN_URL = Pattern.compile("(?<=://)[^/@\\s]*(?=@)");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kKmMgG]?)[bB]?");
    private static final Pattern SIMPLE_DURATION = Pattern.compile("(\\d{1,9})(ms|[smhd]?)");

    public ConfigKey {
        choices = List.copyOf(choices);
        aliases = List.copyOf(aliases);
        formerChoices = Map.copyOf(formerChoices);
        if (!name.matches("[a-z][a-z0-9_.]*")) {
            throw new IllegalArgumentException("Not the name of a key: " + name);
        }
    }

    public static ConfigKey of(String name, Type type, String text) {
        return new ConfigKey(name, type, null, false, false, 0, Long.MAX_VALUE, List.of(), text, List.of(), Map.of());
    }

    public static ConfigKey integer(String name, long min, long max, String text) {
        return new ConfigKey(name, Type.INTEGER, null, false, false, min, max, List.of(), text, List.of(), Map.of());
    }

    public static ConfigKey choice(String name, List<String> choices, String text) {
        return new ConfigKey(name, Type.CHOICE, null, false, false, 0, 0, choices, text, List.of(), Map.of());
    }

    public ConfigKey withDefault(String value) {
        return new ConfigKey(name, type, value, required, secret, min, max, choices, text, aliases, formerChoices);
    }

    public ConfigKey mandatory() {
        return new ConfigKey(name, type, defaultValue, true, secret, min, max, choices, text, aliases, formerChoices);
    }

    public ConfigKey confidential() {
        return new ConfigKey(name, type, defaultValue, required, true, min, max, choices, text, aliases, formerChoices);
    }

    public ConfigKey atLeast(long least) {
        return new ConfigKey(
                name, type, defaultValue, required, secret, least, max, choices, text, aliases, formerChoices);
    }

    /** Returns the key with an older name, which is still read. */
    public ConfigKey formerly(String alias) {
        return new ConfigKey(
                name, type, defaultValue, required, secret, min, max, choices, text, List.of(alias), formerChoices);
    }

    /** Returns the key with an older name of a choice, which is still read. */
    public ConfigKey formerChoice(String former, String choice) {
        return new ConfigKey(
                name, type, defaultValue, required, secret, min, max, choices, text, aliases, Map.of(former, choice));
    }

    /** Returns the value by the names of today. */
    String current(String value) {
        return formerChoices.getOrDefault(value, value);
    }

    /** Returns the name and the older names. */
    public Stream<String> names() {
        return Stream.concat(Stream.of(name), aliases.stream());
    }

    /** Returns the name as written in application.properties. */
    public String dashed() {
        return name.replace('_', '-');
    }

    /** Returns the value, redacted if necessary. */
    public String shown(String value) {
        return secret ? "***" : USER_IN_URL.matcher(value).replaceAll("***");
    }

    /** Returns whether an empty value is an error, because the default would silently be a different location. */
    boolean namesAPlace() {
        return (type == Type.TEXT || type == Type.PATH) && defaultValue != null;
    }

    /** Returns the key of a file with the value of this one. */
    ConfigKey inFile() {
        return of(name + FILE, Type.PATH, FILE_TEXT);
    }

    /** Returns whether this is the {@link #inFile} of a key. */
    boolean isFileOf(ConfigKey key) {
        return key.secret() && equals(key.inFile());
    }

    /** Returns whether a value has the type and is within the limits of this key. */
    public boolean accepts(String value) {
        return problem(value) == null;
    }

    /** Returns the problem of a value and what to write instead, or null. */
    @Nullable
    String problem(String value) {
        return switch (type) {
            case TEXT -> null;
            case PATH -> value.indexOf('\0') >= 0 ? "is not a path" : null;
            case INTEGER -> integerProblem(value);
            case BOOLEAN ->
                value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false") ? null : "must be true or false";
            case DURATION -> durationProblem(value);
            case SIZE -> sizeProblem(value);
            case PERMISSIONS ->
                value.matches("0?[67][0-7][0-7]")
                        ? null
                        : "must be octal permissions that let the owner read and write, such as 0644";
            case CHOICE -> choices.contains(value) ? null : "must be one of " + String.join(", ", choices);
        };
    }

    private @Nullable String integerProblem(String value) {
        return value.matches("-?\\d{1,18}") && Long.parseLong(value) >= min && Long.parseLong(value) <= max
                ? null
                : "must be a whole number from " + min + (max == Long.MAX_VALUE ? " up" : " to " + max);
    }

    private @Nullable String durationProblem(String value) {
        try {
            return duration(value).toMillis() >= min ? null : "must be at least " + Duration.ofMillis(min);
        } catch (DateTimeParseException | ArithmeticException e) {
            return "must be a duration such as 500ms, 30s, 5m, 12h, 30d or PT10M";
        }
    }

    private @Nullable String sizeProblem(String value) {
        if (!SIZE.matcher(value).matches()) {
            return "must be a size in bytes such as 65536, 512K, 256M or 1G";
        }
        return size(value) >= min ? null : "must be at least " + min + " bytes";
    }

    static long size(String value) {
        Matcher matcher = SIZE.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a size: " + value);
        }
        long unit = switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            default -> 1L;
        };
        return BigDecimal.valueOf(Long.parseLong(matcher.group(1)))
                .multiply(BigDecimal.valueOf(unit))
                .min(BigDecimal.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /**
     * Parses a duration.
     *
     * @throws DateTimeParseException if it is not a duration
     */
    public static Duration duration(String value) {
        Matcher simple = SIMPLE_DURATION.matcher(value);
        if (!simple.matches()) {
            return Duration.parse(value);
        }
        long amount = Long.parseLong(simple.group(1));
        return switch (simple.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
