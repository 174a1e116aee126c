package io.kolumn.state.store.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log. On the disk it is a line of fixed width, the document that it brings, the head, and the same line
 * again: so it is found from either end, and one that was not written to its end has no such end.
 *
 * <p>No document holds such a line: it is valid JSON, and there no line can end so.
 *
 * @param kind what was done, for people
 * @param number counts the changes of the state; that of the change before, where a record only repeats what is kept
 * @param before where the record before begins; 0 if there is none
 * @param content length of the document
 * @param head length of the head and the places behind it; 0 in a record that only keeps a document
 * @param checksum CRC-32C of the head and the places
 */
record LogRecord(String kind, long number, long before, long content, long head, int checksum) {

    /** Length of a line. */
    static final int LINE = 79;

    private static final int CHECKED = LINE - 9;
    private static final int KIND = 8;
    private static final int DIGITS = 12;

    /** Of a record that only keeps a document. */
    static final String CONTENT = "content";

    /** Of a record that took the state away from its name. */
    static final String MOVED = "moved";

    static LogRecord of(String kind, long number, long before, long content, byte[] head) {
        return new LogRecord(kind, number, before, content, head.length, crc(head, 0, head.length));
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Length of the whole record. */
    long length() {
        return LINE + content + head + LINE;
    }

    byte[] line() {
        byte[] line = new byte[LINE];
        Arrays.fill(line, (byte) ' ');
        byte[] text = kind.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, line, 0, Math.min(text.length, KIND));
        long[] numbers = {number, before, content, head};
        for (int i = 0; i < numbers.length; i++) {
            digits(numbers[i], 10, line, KIND + 1 + i * (DIGITS + 1), DIGITS);
        }
        digits(Integer.toUnsignedLong(checksum), 16, line, CHECKED - 9, 8);
        digits(Integer.toUnsignedLong(crc(line, 0, CHECKED)), 16, line, CHECKED, 8);
        line[LINE - 1] = '\n';
        return line;
    }

    private static void digits(long value, int radix, byte[] line, int from, int width) {
        long rest = value;
        for (int at = from + width - 1; at >= from; at--) {
            line[at] = (byte) Character.forDigit((int) (rest % radix), radix);
            rest /= radix;
        }
    }

    /** The record as bytes; {@code document} and {@code written} are what the lengths say. */
    List<ByteBuffer> bytes(List<ByteBuffer> document, byte[] written) {
        byte[] line = line();
        List<ByteBuffer> bytes = new ArrayList<>(document.size() + 3);
        bytes.add(ByteBuffer.wrap(line));
        bytes.addAll(document);
        if (written.length > 0) {
            bytes.add(ByteBuffer.wrap(written));
        }
        bytes.add(ByteBuffer.wrap(line));
        return bytes;
    }

    /** The record whose line is there; null if there is no line, or a damaged one. */
    static @Nullable LogRecord parse(byte[] bytes, int from) {
        if (from < 0 || from + LINE > bytes.length || bytes[from + LINE - 1] != '\n') {
            return null;
        }
        long check = digits(bytes, from + CHECKED, 8, 16);
        if (check < 0 || (int) check != crc(bytes, from, CHECKED)) {
            return null;
        }
        long[] numbers = new long[4];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = digits(bytes, from + KIND + 1 + i * (DIGITS + 1), DIGITS, 10);
            if (numbers[i] < 0) {
                return null;
            }
        }
        long checksum = digits(bytes, from + CHECKED - 9, 8, 16);
        String kind = new String(bytes, from, KIND, StandardCharsets.US_ASCII).trim();
        return checksum < 0
                ? null
                : new LogRecord(kind, numbers[0], numbers[1], numbers[2], numbers[3], (int) checksum);
    }

    /** The number that stands there as {@link #line} writes it; negative if none does. */
    private static long digits(byte[] bytes, int from, int width, int radix) {
        long value = 0;
        for (int at = from; at < from + width; at++) {
            int digit = Character.digit(bytes[at], radix);
            if (digit < 0 || Character.isUpperCase(bytes[at])) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
