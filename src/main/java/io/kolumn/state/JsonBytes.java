package io.kolumn.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where tokens of JSON end in bytes, eight bytes at a time. */
final class JsonBytes {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long SPACES = ' ' * ONES;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    private JsonBytes() {}

    static boolean space(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }

    static boolean digit(byte next) {
        return next >= '0' && next <= '9';
    }

    /** The first place that does not hold a space. */
    static int spaces(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            long other = (long) WORD.get(bytes, at) ^ SPACES;
            if (other != 0) {
                return at + Long.numberOfTrailingZeros(other) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        return at;
    }

    /** The first place that does not hold an ASCII character that stands for itself in a text. */
    static int plain(byte[] bytes, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            long word = (long) WORD.get(bytes, at);
            // The lowest bit that is set marks the first such byte exactly: borrows only go upwards.
            long found =
                    (word | zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | ((word - SPACES) & ~word)) & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    private static long zeros(long word) {
        return (word - ONES) & ~word;
    }

    /** The place behind the quote that ends a text; -1 if the text is unusual or does not end here. */
    static int text(byte[] bytes, int from, int to) {
        int at = from;
        while (true) {
            at = plain(bytes, at, to);
            if (at >= to - 1) {
                return at < to && bytes[at] == '"' ? to : -1;
            }
            if (bytes[at] == '"') {
                return at + 1;
            }
            if (bytes[at] != '\\' || !simpleEscape(bytes[at + 1])) {
                return -1;
            }
            at += 2;
        }
    }

    private static boolean simpleEscape(byte next) {
        return switch (next) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
            default -> false;
        };
    }

    /** The place behind a literal or a number without exponent; -1 if it is unusual, longer than {@code max} or may go on. */
    static int scalar(byte[] bytes, int from, int to, int max) {
        return switch (bytes[from]) {
            case 't' -> word(bytes, from, to, 'r', 'u', 'e');
            case 'n' -> word(bytes, from, to, 'u', 'l', 'l');
            case 'f' -> from + 1 < to && bytes[from + 1] == 'a' ? word(bytes, from + 1, to, 'l', 's', 'e') : -1;
            default -> number(bytes, from, to, max);
        };
    }

    private static int word(byte[] bytes, int at, int to, char second, char third, char fourth) {
        return at + 4 <= to && bytes[at + 1] == second && bytes[at + 2] == third && bytes[at + 3] == fourth
                ? at + 4
                : -1;
    }

    private static int number(byte[] bytes, int from, int to, int max) {
        int start = bytes[from] == '-' ? from + 1 : from;
        int at = digits(bytes, start, to);
        if (at == start || (bytes[start] == '0' && at > start + 1)) {
            return -1;
        }
        if (at < to && bytes[at] == '.') {
            int point = at;
            at = digits(bytes, point + 1, to);
            if (at == point + 1) {
                return -1;
            }
        }
        boolean ends = at < to
                && at - from <= max
                && (bytes[at] == ',' || space(bytes[at]) || bytes[at] == ']' || bytes[at] == '}');
        return ends ? at : -1;
    }

    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && digit(bytes[at])) {
            at++;
        }
        return at;
    }
}
