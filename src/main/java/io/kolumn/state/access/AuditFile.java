package io.kolumn.state.access;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An audit trail in a file, of one process at a time: lines are only ever appended, each with the hash of the one before.
 * A line is with the operating system when {@link #append} returns, and so survives the end of this process. What an
 * unfinished line left behind is kept, and the next line says so. A file that has grown large is given a name of its own,
 * {@code audit-000000000001.jsonl} by its first number, and the trail goes on in a new one.
 */
public final class AuditFile implements AutoCloseable {

    /** A line is smaller than this. */
    private static final int TAIL = 256 * 1024;

    private final Path path;
    private final long largest;
    private final Clock clock;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable FileChannel channel;
    private long first = 1;
    private long number;
    private String last = AuditRecord.NONE;

    private AuditFile(Path path, long largest, Clock clock) {
        this.path = path;
        this.largest = largest;
        this.clock = clock;
    }

    /**
     * Opens the trail, or begins one.
     *
     * @param largest size in bytes from which on the trail goes on in a new file
     * @throws IOException if it cannot be written, another process writes it, or its end is no trail's
     */
    public static AuditFile open(Path path, long largest, Clock clock) throws IOException {
        AuditFile file = new AuditFile(path.toAbsolutePath(), largest, clock);
        file.begin();
        return file;
    }

    /**
     * Adds a line.
     *
     * @param members what it says; those whose value is null are left out
     * @return the line as it was written
     * @throws IOException if it could not be written; then a part of it may stand there, which the next line tells of
     */
    public byte[] append(Map<String, ? extends @Nullable Object> members) throws IOException {
        turn.lock();
        try {
            if (channel == null) {
                begin();
            }
            if (channel != null && channel.size() >= largest) {
                rotate();
            }
            return write(members);
        } catch (IOException e) {
            drop();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    private byte[] write(Map<String, ? extends @Nullable Object> members) throws IOException {
        byte[] line = AuditRecord.line(number + 1, last, members);
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(line, line.length + 1));
        bytes.put(line.length, (byte) '\n');
        FileChannel open = channel;
        if (open == null) {
            throw new IOException(path + " is closed");
        }
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
        number++;
        last = AuditRecord.hash(line);
        return line;
    }

    private void begin() throws IOException {
        Path folder = path.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        create();
        FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try {
            lock(opened);
            channel = opened;
            resume();
        } catch (IOException e) {
            drop();
            opened.close();
            throw e;
        }
    }

    /** For the eyes of the service alone. */
    private void create() throws IOException {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(path);
            }
        } catch (FileAlreadyExistsException e) {
            // it goes on
        }
    }

    private void lock(FileChannel opened) throws IOException {
        FileLock lock;
        try {
            lock = opened.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException(path + " is written by another process; each replica needs a file of its own");
        }
    }

    /** Finds the last line, and says that the trail goes on; also that of what is behind that line, if anything is. */
    private void resume() throws IOException {
        byte[] tail = tail();
        int end = lastIndexOf((byte) '\n', tail, tail.length);
        int begin = lastIndexOf((byte) '\n', tail, Math.max(0, end));
        byte[] line = end < 0 ? new byte[0] : Arrays.copyOfRange(tail, begin + 1, end);
        byte[] torn = Arrays.copyOfRange(tail, end + 1, tail.length);
        if (line.length > 0) {
            AuditRecord record = AuditRecord.parse(line);
            number = record.number();
            last = AuditRecord.hash(line);
            first = firstNumber();
        } else if (AuditTrails.rotated(path).isEmpty()) {
            number = 0;
            last = AuditRecord.NONE;
        } else {
            AuditTrails.End before = AuditTrails.endOf(AuditTrails.rotated(path).getLast());
            number = before.number();
            last = before.hash();
            first = number + 1;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", clock.instant());
        members.put("event", "opened");
        if (torn.length > 0) {
            FileChannel open = channel;
            if (open != null) {
                open.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            members.put("torn", AuditRecord.hash(torn));
        }
        write(members);
    }

    private byte[] tail() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            return tail;
        }
    }

    private long firstNumber() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            String line = lines.readLine();
            return line == null
                    ? 1
                    : AuditRecord.parse(line.getBytes(StandardCharsets.UTF_8)).number();
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

    private void rotate() throws IOException {
        drop();
        Files.move(path, AuditTrails.rotatedName(path, first));
        begin();
    }

    private void drop() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        turn.lock();
        try {
            drop();
        } finally {
            turn.unlock();
        }
    }
}
