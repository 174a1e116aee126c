package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Mutual exclusion for each state, among the threads of this process and all processes on the same folder: a lock in
 * memory, and under it a lock on one byte of a file that is never deleted.
 *
 * <p>The file is opened once in a process, by all stores on it together: POSIX drops every lock of a process on a file
 * when the process closes any descriptor of it ({@code fcntl(2)}). For the same reason the channel must never be closed
 * by an interrupt: lock only on threads that nobody interrupts.
 */
final class FileLocks implements AutoCloseable {

    private static final Map<Path, FileLocks> OPEN = new HashMap<>();
    private static final int STRIPES = 256;

    /** Behind the bytes of names. */
    private static final long SLOTS = 1L << 62;

    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final FileChannel channel;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];
    private int users;

    private FileLocks(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** The locks of this file, which must be on an existing folder. */
    static FileLocks open(Path file) throws IOException {
        Path real =
                file.getParent() == null ? file : file.getParent().toRealPath().resolve(file.getFileName());
        synchronized (OPEN) {
            FileLocks locks = OPEN.get(real);
            if (locks == null) {
                locks = new FileLocks(real);
                OPEN.put(real, locks);
            }
            locks.users++;
            return locks;
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(file);
                channel.close();
            }
        }
    }

    /** What is done under a lock. */
    interface Guarded<T> {
        T run() throws IOException;
    }

    /**
     * Runs {@code guarded} while nobody else, in any process, does so for the same name.
     *
     * @throws IOException from {@code guarded}, or if another process keeps the lock for more than 10 seconds
     */
    <T> T exclusively(String name, Guarded<T> guarded) throws IOException {
        long position = position(name);
        ReentrantLock stripe = stripes[(int) (position % STRIPES)];
        stripe.lock();
        try (FileLock held = acquire(name, position)) {
            if (!held.isValid()) {
                throw new IOException("the lock file " + file + " was closed");
            }
            return guarded.run();
        } finally {
            stripe.unlock();
        }
    }

    private FileLock acquire(String name, long position) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT;
        long pause = TimeUnit.MICROSECONDS.toNanos(100);
        while (true) {
            FileLock lock = tryAcquire(position);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("another process keeps the file lock of '" + name + "' (" + file
                        + ") for more than 10 seconds; is it stopped?");
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Null if another process, or a copy of this class in another class loader, has it. */
    private @Nullable FileLock tryAcquire(long position) throws IOException {
        try {
            return channel.tryLock(position, 1, false);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /**
     * Takes a byte that belongs to no name, until the lock is released or the process ends.
     *
     * @param slot at least 0
     * @return null if it is taken
     */
    @Nullable
    FileLock claim(int slot) throws IOException {
        return tryAcquire(SLOTS + slot);
    }

    /** 62 bits of FNV-1a; two names on one byte wait for each other and nothing else. */
    private static long position(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : name.getBytes(StandardCharsets.US_ASCII)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash >>> 2;
    }
}
