package io.kolumn.state;

import java.util.List;
import java.util.Locale;

/**
 * The validated name of a state: segments {@code [A-Za-z0-9_.][A-Za-z0-9._-]*} joined by {@code /}, at most
 * {@value #MAX_LENGTH} characters. No segment is empty, {@code .} or {@code ..}, so a name can be used as a relative path,
 * a key or a column value as it is. A segment may begin with a dot ({@code .terragrunt-stack}): a store that keeps
 * hidden files of its own takes care that they are nobody's. All characters are ASCII: the natural order is byte order.
 *
 * @param value the name as written, such as {@code team-a/network/prod}
 */
public record StateName(String value) implements Comparable<StateName> {

    public static final int MAX_LENGTH = 255;

    /** The first segment of names that are reserved. */
    public static final String RESERVED = ".kolumn-state";

    /** @throws StateException.Invalid if {@code value} is not such a name; the message says what and where */
    public StateName {
        if (value.isEmpty()) {
            throw new StateException.Invalid("The state name is empty. Give at least one segment, such as 'prod'.");
        }
        if (value.length() > MAX_LENGTH) {
            throw new StateException.Invalid("The state name has " + value.length() + " characters; at most "
                    + MAX_LENGTH + " are allowed; it starts with '" + printable(value.substring(0, 40)) + "'.");
        }
        for (int i = 0; i < value.length(); i++) {
            boolean first = i == 0 || value.charAt(i - 1) == '/';
            if (!allowed(value.charAt(i), first) || (first && dotsAlone(value, i))) {
                throw refusal(value, i, first);
            }
        }
        if (value.charAt(value.length() - 1) == '/') {
            throw new StateException.Invalid(
                    "The state name '" + value + "' ends with '/': its last segment is empty.");
        }
    }

    public static StateName of(String value) {
        return new StateName(value);
    }

    /** Whether some name starts with this text, which may end in the middle of a segment; so of every name with the empty one. */
    public static boolean mayStartWith(String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            boolean first = i == 0 || prefix.charAt(i - 1) == '/';
            boolean whole = first && prefix.indexOf('/', i) >= 0;
            if (!allowed(prefix.charAt(i), first) || (whole && dotsAlone(prefix, i))) {
                return false;
            }
        }
        return prefix.length() <= MAX_LENGTH;
    }

    /** Whether it is reserved for documents of the service itself: {@value #RESERVED}, or a name below. */
    public boolean reserved() {
        return value.startsWith(RESERVED)
                && (value.length() == RESERVED.length() || value.charAt(RESERVED.length()) == '/');
    }

    /** The parts between the slashes, at least one. */
    public List<String> segments() {
        return List.of(value.split("/"));
    }

    @Override
    public int compareTo(StateName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean allowed(char c, boolean first) {
        boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        return word || c == '.' || (!first && (c == '-' || c == '/'));
    }

    /** Whether the segment that begins here is {@code .} or {@code ..}. */
    private static boolean dotsAlone(String value, int from) {
        int slash = value.indexOf('/', from);
        int end = slash < 0 ? value.length() : slash;
        return value.charAt(from) == '.' && (end == from + 1 || (end == from + 2 && value.charAt(from + 1) == '.'));
    }

    private static StateException.Invalid refusal(String value, int at, boolean first) {
        return new StateException.Invalid("The state name '" + printable(value) + "' has "
                + refused(value.charAt(at), first) + " at position " + (at + 1)
                + "; segments are [A-Za-z0-9_.][A-Za-z0-9._-]* joined by '/', but not '.' or '..'.");
    }

    private static String refused(char c, boolean first) {
        if (c == '/') {
            return "an empty segment";
        }
        if (first && c == '.') {
            return "a segment '.' or '..'";
        }
        return first && c == '-' ? "a segment that starts with '-'" : "'" + printable(c) + "'";
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().forEach(c -> shown.append(printable((char) c)));
        return shown.toString();
    }

    private static String printable(char c) {
        return c > ' ' && c < 0x7f ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c);
    }
}
