package io.kolumn.state.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a file of a trail ends, found without reading all of it. */
final class AuditEnd {

    /** A line is smaller than this. */
    private static final int TAIL = 256 * 1024;

    private final Path file;
    private final byte[] tail;

    /** Behind the last end of a line. */
    private final int end;

    private AuditEnd(Path file, byte[] tail) {
        this.file = file;
        this.tail = tail;
        this.end = lastIndexOf((byte) '\n', tail, tail.length) + 1;
    }

    static AuditEnd of(Path file) throws IOException {
        return new AuditEnd(file, tail(file));
    }

    /** Returns whether the file is empty. */
    boolean empty() {
        return tail.length == 0;
    }

    /** Returns the hash of what is behind the last whole line, which a killed process left unfinished; null if nothing is. */
    @Nullable
    String torn() {
        return end == tail.length ? null : AuditRecord.hash(Arrays.copyOfRange(tail, end, tail.length));
    }

    /**
     * Returns the last whole line, or empty if there is none.
     *
     * @throws IOException if it is not one of a trail
     */
    Optional<AuditTrails.End> last() throws IOException {
        int newline = Math.max(0, end - 1);
        byte[] line = Arrays.copyOfRange(tail, lastIndexOf((byte) '\n', tail, newline) + 1, newline);
        return line.length == 0
                ? Optional.empty()
                : Optional.of(new AuditTrails.End(AuditRecord.parse(line).number(), AuditRecord.hash(line)));
    }

    /** Returns the number of the first line; 1 if there is none. */
    long first() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            return line == null
                    ? 1
                    : AuditRecord.parse(line.getBytes(StandardCharsets.UTF_8)).number();
        }
    }

    private static byte[] tail(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            return tail;
        }
    }

    static int lastIndexOf(byte wanted, byte[] bytes, int before) {
        for (int i = before - 1; i >= 0; i--) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
