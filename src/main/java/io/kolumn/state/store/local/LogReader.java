package io.kolumn.state.store.local;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last whole record of a log, from its end. What is behind it is a record that a crash left unfinished, or damage:
 * it is unfinished if it is shorter than it says, or has a part of nothing but zeros, as a power cut leaves. All else is
 * damage, since what was finished once is whole.
 */
final class LogReader {

    /** So much is read from the end at first: more than most heads take. */
    private static final int TAIL = 8 * 1024;

    /** No disk writes less at once. */
    private static final int SECTOR = 512;

    /** A whole record, where it begins, and its head; without a record the bytes of a head file that is no log. */
    private static final class Found {
        private final @Nullable LogRecord record;
        private final long start;
        private final byte[] head;

        Found(@Nullable LogRecord record, long start, byte[] head) {
            this.record = record;
            this.start = start;
            this.head = head;
        }

        long end() {
            return start + (record == null ? head.length : record.length());
        }
    }

    /** A part of the file that was read. */
    private static final class Part {
        private final byte[] bytes;
        private final long from;

        Part(byte[] bytes, long from) {
            this.bytes = bytes;
            this.from = from;
        }

        boolean has(long begin, long end) {
            return begin >= from && end <= from + bytes.length;
        }
    }

    private final Path file;
    private final FileStamp stamp;

    LogReader(Path file, FileStamp stamp) {
        this.file = file;
        this.stamp = stamp;
    }

    /** All that the file says, the last record proven with its document. */
    LogView view(StateName name) throws IOException {
        Found last = last(true);
        return view(name, last, damage(last));
    }

    private LogView view(StateName name, Found found, @Nullable String damage) throws IOException {
        HeadWithHistory indexed = LogView.named(name, parsed(() -> HeadJson.indexed(found.head)));
        Map<Long, Long> places = found.record == null ? Map.of() : LogView.places(found.head);
        return new LogView(stamp, found.record, found.start, found.end(), indexed, places, damage);
    }

    /** What the log said before the last record of a view, which is the new end; null if it begins with that. */
    @Nullable
    LogView before(StateName name, LogView view) throws IOException {
        LogRecord last = view.last();
        if (last == null || last.before() == 0) {
            return null;
        }
        Part line = read(last.before(), LogRecord.LINE);
        LogRecord before = LogRecord.parse(line.bytes, 0);
        Found found = before == null || before.head() == 0
                ? null
                : whole(before, last.before() + before.length(), false, line);
        return found == null ? null : view(name, found, null);
    }

    /** The head alone; its document is not looked at. */
    StateHead head(StateName name) throws IOException {
        Found last = last(false);
        StateHead head = LogView.named(name, parsed(() -> HeadJson.head(last.head)));
        String damage = damage(last);
        if (damage != null) {
            throw new IOException(damage);
        }
        return head;
    }

    private static <T> T parsed(FileLocks.Guarded<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (RuntimeException e) {
            throw new IOException("its head file is damaged", e);
        }
    }

    private Found last(boolean proven) throws IOException {
        for (long window = TAIL; ; window *= 8) {
            long from = Math.max(0, stamp.size() - window);
            Part part = read(from, stamp.size() - from);
            Found found = lastOf(part, proven);
            if (found != null) {
                return found;
            }
            if (from == 0) {
                return notALog(part.bytes);
            }
        }
    }

    private Part read(long from, long length) throws IOException {
        return new Part(LocalFiles.read(file, from, length), from);
    }

    private Found notALog(byte[] bytes) throws IOException {
        if (Arrays.equals(Arrays.copyOf(bytes, LogView.FIRST_LINE.length), LogView.FIRST_LINE)) {
            throw new IOException("its log " + file + " has no whole record. Restore the file from a backup");
        }
        return new Found(null, 0, bytes);
    }

    private @Nullable Found lastOf(Part part, boolean proven) throws IOException {
        byte[] bytes = part.bytes;
        for (int end = bytes.length; end >= LogRecord.LINE; end--) {
            LogRecord record = bytes[end - 1] == '\n' ? LogRecord.parse(bytes, end - LogRecord.LINE) : null;
            Found found = record == null || record.head() == 0 ? null : whole(record, part.from + end, proven, part);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The record that ends there; null if it is not whole. */
    private @Nullable Found whole(LogRecord record, long end, boolean proven, Part read) throws IOException {
        long start = end - record.length();
        if (start < LogView.FIRST_LINE.length) {
            return null;
        }
        long headFrom = end - LogRecord.LINE - record.head();
        long from = proven ? start : headFrom;
        Part part = read.has(from, end) ? read : read(from, end - from);
        byte[] bytes = part.bytes;
        int headAt = (int) (headFrom - part.from);
        if (part.from + bytes.length < end
                || LogRecord.crc(bytes, headAt, (int) record.head()) != record.checksum()
                || (proven && !record.equals(LogRecord.parse(bytes, (int) (start - part.from))))) {
            return null;
        }
        byte[] head = Arrays.copyOfRange(bytes, headAt, headAt + (int) record.head());
        return proven && lacksItsDocument(record, start, part, head) ? null : new Found(record, start, head);
    }

    /** Whether the document was not written to its end; one that is damaged is a matter of whoever reads it. */
    private static boolean lacksItsDocument(LogRecord record, long start, Part part, byte[] head) throws IOException {
        if (record.content() == 0) {
            return false;
        }
        StateVersion current = parsed(() -> HeadJson.head(head)).current();
        int from = (int) (start - part.from);
        byte[] whole = Arrays.copyOfRange(part.bytes, from, from + (int) record.length());
        byte[] document = Arrays.copyOfRange(whole, LogRecord.LINE, LogRecord.LINE + (int) record.content());
        return current != null && !current.sha256().equals(sha256(document)) && hasZeros(whole, start);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** What is wrong behind the last whole record; null if there is nothing, or an unfinished record. */
    private @Nullable String damage(Found last) throws IOException {
        long end = last.end();
        if (end == stamp.size() || last.record == null) {
            return null;
        }
        byte[] tail = read(end, stamp.size() - end).bytes;
        LogRecord begun = LogRecord.parse(tail, 0);
        boolean unfinished =
                tail.length < LogRecord.LINE || (begun != null && tail.length < begun.length()) || hasZeros(tail, end);
        return unfinished
                ? null
                : "its log " + file + " is damaged at byte " + end + ", behind change "
                        + last.record.number()
                        + ". Restore the file from a backup, or go back to that change: truncate -s " + end + " "
                        + file;
    }

    /** Whether a sector, or the part of one that is here, has nothing but zeros. */
    private static boolean hasZeros(byte[] bytes, long position) {
        int from = 0;
        while (from < bytes.length) {
            int to = (int) Math.min(bytes.length, from + SECTOR - (position + from) % SECTOR);
            int at = from;
            while (at < to && bytes[at] == 0) {
                at++;
            }
            if (at == to) {
                return true;
            }
            from = to;
        }
        return false;
    }
}
