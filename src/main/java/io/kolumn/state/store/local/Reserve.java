package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Room on the disk that is kept for changes which bring no document, such as unlocking and deleting. When the disk is full
 * it is given up for one of them and then taken again. While it is not whole no document is accepted, so that none takes
 * its place.
 */
final class Reserve {

    private static final Logger LOG = Logger.getLogger(Reserve.class);

    /** Several files, as a disk can also run out of those. */
    private static final int PARTS = 4;

    /** In bytes; a 64th of a small disk. */
    private static final long MAX_SIZE = 1 << 20;

    private static final long SMALLEST = 64 * 1024;

    /** In bytes: as much as most documents and their heads take. */
    private static final int PROBE = 64 * 1024;

    /** A change whose files could not be written, so that nothing of it happened. */
    static final class NotStagedException extends IOException {
        private static final long serialVersionUID = 1;

        NotStagedException(IOException cause) {
            super(LocalStore.reason(cause), cause);
        }
    }

    private final LocalFiles files;
    private final Path root;
    private volatile boolean whole;

    Reserve(LocalFiles files, Path root) {
        this.files = files;
        this.root = root;
    }

    private Path part(int number) {
        return root.resolve("+reserve-" + number);
    }

    /** Makes what is missing of it, unless another process makes the same at this moment. */
    synchronized void fill() throws IOException {
        long disk = Files.getFileStore(root).getTotalSpace();
        int size = (int) (Math.clamp(disk / 64, SMALLEST, MAX_SIZE) / PARTS);
        for (int number = 0; number < PARTS; number++) {
            if (size(part(number)) < SMALLEST / PARTS) {
                fill(part(number), size);
            }
        }
        whole = true;
    }

    private void fill(Path part, int size) throws IOException {
        Files.deleteIfExists(part);
        try {
            files.write(part, List.of(ByteBuffer.wrap(noise(size))));
        } catch (FileAlreadyExistsException e) {
            LOG.debugf("%s is made by another process.", part);
        }
    }

    /** A file system that compresses would keep nothing free for zeros. */
    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new SplittableRandom(size).nextBytes(noise);
        return noise;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    /** As {@link #fill}; where that fails, what brings a document is refused until it does not. */
    void tryToFill() {
        try {
            fill();
        } catch (IOException e) {
            LOG.debugf(e, "No room could be kept in %s for unlocking and deleting.", root);
        }
    }

    /** Before a change that brings a document. */
    void require() throws IOException {
        if (!whole) {
            try {
                fill();
            } catch (IOException e) {
                throw new IOException(
                        "the room that is left is kept for unlocking and deleting: " + LocalStore.reason(e)
                                + ". Make room on the disk.",
                        e);
            }
        }
    }

    /**
     * Makes a change that brings no document, with the room that is kept if there is no other.
     *
     * @param sparing the same change in a way that leaves no more on the disk than was there; it may need more meanwhile
     */
    <T> T through(FileLocks.Guarded<T> change, FileLocks.Guarded<T> sparing) throws IOException {
        try {
            return change.run();
        } catch (NotStagedException e) {
            if (e.getCause() instanceof FileAlreadyExistsException) {
                throw e;
            }
            return withAll(change, sparing, e);
        }
    }

    private synchronized <T> T withAll(
            FileLocks.Guarded<T> change, FileLocks.Guarded<T> sparing, NotStagedException before) throws IOException {
        if (!giveUp()) {
            throw before;
        }
        try {
            return sparing.run();
        } catch (NotStagedException e) {
            return change.run();
        } finally {
            tryToFill();
        }
    }

    /** Returns whether there was anything. */
    private boolean giveUp() throws IOException {
        boolean any = false;
        whole = false;
        for (int number = 0; number < PARTS; number++) {
            any |= Files.deleteIfExists(part(number));
        }
        return any;
    }

    /** Whether a usual document can be written: what it takes is written, not synced, and removed again. */
    void probe() throws IOException {
        require();
        Path content = root.resolve(LocalLayout.TEMPORARY + UUID.randomUUID());
        Path head = root.resolve(LocalLayout.TEMPORARY + UUID.randomUUID());
        try {
            files.write(content, List.of(ByteBuffer.wrap(new byte[PROBE])));
            files.write(head, List.of(ByteBuffer.wrap(new byte[4096])));
        } finally {
            Files.deleteIfExists(content);
            Files.deleteIfExists(head);
        }
    }
}
