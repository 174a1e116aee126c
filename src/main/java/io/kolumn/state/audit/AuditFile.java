package io.kolumn.state.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An audit trail in a file, of one process at a time: lines are only ever appended, each with the hash of the one before.
 * A line is with the operating system when {@link #append} returns, and so survives the end of this process. What an
 * unfinished line left behind is kept, and the next line says so. A file that has grown large is given a name of its own,
 * {@code audit-000000000001.jsonl} by its first number, and the trail goes on in a new one.
 *
 * <p>Lines that could not be written, and a file that somebody removed, replaced or cut off, are told of by a line of the
 * event {@code gap} as soon as one can be written.
 */
public final class AuditFile implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(AuditFile.class);

    private final Path path;
    private final long largest;
    private final Clock clock;
    private final AuditReserve reserve;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private long size;
    private long lost;

    /** Whether the last line could not be written, or took what is kept in reserve. */
    private volatile boolean troubled;

    private long first = 1;
    private long number;
    private String last = AuditRecord.NONE;

    private AuditFile(Path path, long largest, Clock clock) {
        this.path = path;
        this.largest = largest;
        this.clock = clock;
        this.reserve = new AuditReserve(path, Objects.requireNonNull(path.getParent(), "The root is not a file"));
    }

    /**
     * Opens the trail, or begins one.
     *
     * @param largest size in bytes from which on the trail goes on in a new file
     * @throws IOException if it cannot be written, another process writes it, or its end is not a trail's
     */
    public static AuditFile open(Path path, long largest, Clock clock) throws IOException {
        AuditFile file = new AuditFile(path.toAbsolutePath(), largest, clock);
        var _ = file.begin(null);
        try {
            file.reserve.fill();
        } catch (IOException e) {
            file.troubled = true;
        }
        return file;
    }

    /**
     * Adds a line, with the room that is kept in reserve if there is no other.
     *
     * @param members what it says; those whose value is null are left out
     * @return the line as it was written
     * @throws IOException if it could not be written; then a part of it may stand there, which the next line tells of
     */
    public byte[] append(Map<String, ? extends @Nullable Object> members) throws IOException {
        turn.lock();
        try {
            return added(members);
        } catch (IOException e) {
            return addedWithReserve(members, e);
        } finally {
            turn.unlock();
        }
    }

    private byte[] addedWithReserve(Map<String, ? extends @Nullable Object> members, IOException before)
            throws IOException {
        troubled = true;
        try {
            drop();
            if (reserve.giveUp()) {
                return added(members);
            }
        } catch (IOException e) {
            before.addSuppressed(e);
            drop();
        }
        lost++;
        throw before;
    }

    /**
     * As {@link #append}, of a line that is not a change's.
     *
     * @return the line; empty if what room there is is kept for changes
     */
    public Optional<byte[]> appendIfRoom(Map<String, ? extends @Nullable Object> members) throws IOException {
        turn.lock();
        try {
            return !troubled && reserve.roomForMore() ? Optional.of(added(members)) : Optional.empty();
        } catch (IOException e) {
            troubled = true;
            drop();
            return Optional.empty();
        } finally {
            turn.unlock();
        }
    }

    /** Whether the next change can be recorded. Where the last one could not, that is tried. */
    public boolean writable() {
        if (!troubled) {
            return true;
        }
        turn.lock();
        try {
            reserve.fill();
            resumed();
            troubled = false;
            return true;
        } catch (IOException e) {
            LOG.debugf(e, "The audit trail %s still cannot be written.", path);
            return false;
        } finally {
            turn.unlock();
        }
    }

    private void resumed() throws IOException {
        try {
            open();
            tellLost();
        } catch (IOException e) {
            drop();
            throw e;
        }
    }

    private byte[] added(Map<String, ? extends @Nullable Object> members) throws IOException {
        FileChannel open = open();
        if (open.size() >= largest) {
            rotate();
        }
        tellLost();
        return write(members);
    }

    /** The file of the trail, which is looked at: somebody may have taken it away. */
    private FileChannel open() throws IOException {
        FileChannel open = channel;
        String gone = open == null ? null : gone(open);
        if (open == null || gone != null) {
            drop();
            open = begin(gone);
        }
        return open;
    }

    private @Nullable String gone(FileChannel open) throws IOException {
        Object now = keyOf(path);
        if (now == null) {
            return "removed";
        }
        if (!now.equals(key)) {
            return "replaced";
        }
        return open.size() < size ? "cut off" : null;
    }

    /** What tells a file from every other; null if there is none. */
    private static @Nullable Object keyOf(Path file) throws IOException {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? file : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void tellLost() throws IOException {
        if (lost > 0) {
            Map<String, @Nullable Object> members = gap();
            members.put("lost", lost);
            write(members);
            lost = 0;
        }
    }

    private Map<String, @Nullable Object> gap() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", clock.instant());
        members.put("event", "gap");
        return members;
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
        size = open.size();
        return line;
    }

    /** @param gone what became of the file that was written up to now; null if nothing did */
    private FileChannel begin(@Nullable String gone) throws IOException {
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        create();
        FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try {
            lock(opened);
            channel = opened;
            key = keyOf(path);
            if (gone == null) {
                resume();
            } else {
                goOn(opened, gone);
            }
            return opened;
        } catch (IOException e) {
            drop();
            opened.close();
            throw e;
        }
    }

    /** In a file that is not the one of before, with the numbers of before. */
    private void goOn(FileChannel opened, String gone) throws IOException {
        LOG.errorf(
                "The audit trail %s was %s while the service wrote it, up to its line %d. It continues in the present file.",
                path, gone, number);
        AuditEnd end = AuditEnd.of(path);
        if (end.empty()) {
            first = number + 1;
        } else if (end.torn() != null) {
            opened.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        Map<String, @Nullable Object> members = gap();
        members.put("file", gone);
        write(members);
    }

    /** For the eyes of the service alone. */
    private void create() throws IOException {
        try {
            Files.createFile(path, own(path));
        } catch (FileAlreadyExistsException e) {
            // it goes on
        }
    }

    static FileAttribute<?>[] own(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private void lock(FileChannel opened) throws IOException {
        FileLock lock;
        try {
            lock = opened.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new IOException(path + " is written by another process. Each replica needs its own file");
        }
    }

    /** Says that the trail goes on behind its last line; also what is behind that line, if anything is. */
    private void resume() throws IOException {
        AuditEnd end = AuditEnd.of(path);
        Optional<AuditTrails.End> here = end.last();
        AuditTrails.End before = here.isPresent() ? here.get() : endBefore();
        number = before.number();
        last = before.hash();
        first = here.isPresent() ? end.first() : number + 1;
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", clock.instant());
        members.put("event", "opened");
        String torn = end.torn();
        if (torn != null) {
            FileChannel open = channel;
            if (open != null) {
                open.write(ByteBuffer.wrap(new byte[] {'\n'}));
            }
            members.put("torn", torn);
        }
        write(members);
    }

    /** The end of the file before this one. */
    private AuditTrails.End endBefore() throws IOException {
        List<Path> older = AuditTrails.rotated(path);
        return older.isEmpty() ? new AuditTrails.End(0, AuditRecord.NONE) : AuditTrails.endOf(older.getLast());
    }

    private void rotate() throws IOException {
        drop();
        Files.move(path, AuditTrails.rotatedName(path, first));
        var _ = begin(null);
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
