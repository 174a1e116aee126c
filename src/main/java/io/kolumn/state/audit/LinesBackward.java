package io.kolumn.state.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of a file from an offset back to its beginning, read by blocks. */
final class LinesBackward {

    private static final int BLOCK = 64 * 1024;
    private static final int LARGEST_LINE = 1 << 20;

    private final RandomAccessFile file;

    /** What was read and not given yet: the bytes from {@link #start} on. */
    private byte[] buffer = new byte[0];

    private long start;

    /** @param end in bytes; the lines before it are read */
    LinesBackward(RandomAccessFile file, long end) {
        this.file = file;
        this.start = end;
    }

    /** Returns the offset of the line that was given last. */
    long offset() {
        return start + buffer.length;
    }

    /**
     * Returns the line before, without its end; null at the beginning.
     *
     * @throws IOException also if a line is longer than 1 MiB
     */
    byte @Nullable [] next() throws IOException {
        while (true) {
            int end = buffer.length > 0 && buffer[buffer.length - 1] == '\n' ? buffer.length - 1 : buffer.length;
            int newline = AuditEnd.lastIndexOf((byte) '\n', buffer, end);
            if (newline >= 0 || start == 0) {
                if (buffer.length == 0) {
                    return null;
                }
                byte[] line = Arrays.copyOfRange(buffer, newline + 1, end);
                buffer = Arrays.copyOf(buffer, newline + 1);
                return line;
            }
            if (buffer.length > LARGEST_LINE) {
                throw new IOException("a line of more than " + LARGEST_LINE + " bytes");
            }
            fill();
        }
    }

    private void fill() throws IOException {
        int more = (int) Math.min(BLOCK, start);
        byte[] larger = new byte[more + buffer.length];
        file.seek(start - more);
        file.readFully(larger, 0, more);
        System.arraycopy(buffer, 0, larger, more, buffer.length);
        buffer = larger;
        start -= more;
    }
}
