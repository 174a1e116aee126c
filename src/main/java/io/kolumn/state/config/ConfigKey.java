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
 * One key of a configuration. A table of them gives defaults, validation, redaction and docs/configuration.md.
 *
 * @param name with underscores between words, such as {@code backup_count}, and dots where it is grouped; a dash means
 *     the same everywhere
 * @param type of its value
 * @param defaultValue as it would be written; null for none
 * @param required whether there must be a value
 * @param secret whether its value never reaches a log, an error or a page
 * @param min the least value of a number
 * @param max the greatest value of a number
 * @param choices the values of a choice
 * @param text one line on what it is for
 * @param aliases older names of the same key, which are read like another spelling of it
 * @param formerChoices older names of choices, with the choice that each of them means
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

    /** What a value may be. */
    public enum Type {
        TEXT,
        /** A path of a file or folder, relative ones to the working directory. */
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

    /** What stands behind the name of a secret key in the name of the key of its file. */
    static final String FILE = "_file";

    private static final String FILE_TEXT = "A file that holds it instead, such as a mounted secret.";

    /** The user in a URL, who has a password perhaps. */
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

    /** The same key, which had another name before; that one is read too. */
    public ConfigKey formerly(String alias) {
        return new ConfigKey(
                name, type, defaultValue, required, secret, min, max, choices, text, List.of(alias), formerChoices);
    }

    /** The same key, of which a choice had another name before; that one is read too. */
    public ConfigKey formerChoice(String former, String choice) {
        return new ConfigKey(
                name, type, defaultValue, required, secret, min, max, choices, text, aliases, Map.of(former, choice));
    }

    /** Returns the value by the names of today. */
    String current(String value) {
        return formerChoices.getOrDefault(value, value);
    }

    /** Its name, and what else it is called. */
    public Stream<String> names() {
        return Stream.concat(Stream.of(name), aliases.stream());
    }

    /** The name as application.properties shows it. */
    public String dashed() {
        return name.replace('_', '-');
    }

    /** What to show of a value. */
    public String shown(String value) {
        return secret ? "***" : USER_IN_URL.matcher(value).replaceAll("***");
    }

    /** Whether an empty value must not pass for the default: it would be another place than was meant, in silence. */
    boolean namesAPlace() {
        return (type == Type.TEXT || type == Type.PATH) && defaultValue != null;
    }

    /** The key of a file that holds the value of this one. */
    ConfigKey inFile() {
        return of(name + FILE, Type.PATH, FILE_TEXT);
    }

    /** Whether it is the {@link #inFile} of a key. */
    boolean isFileOf(ConfigKey key) {
        return key.secret() && equals(key.inFile());
    }

    /** Whether a value is one of this key's type and within its bounds. */
    public boolean accepts(String value) {
        return problem(value) == null;
    }

    /** What is wrong with a value and what to write instead; null if nothing is. */
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
     * Reads a duration.
     *
     * @throws DateTimeParseException if it is none
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
