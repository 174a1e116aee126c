package io.kolumn.state.audit;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Room on the disk of an audit trail that is kept for the lines of changes: a file beside it, given up when the disk is
 * full. What is not a change's is not written any more before that.
 */
final class AuditReserve {

    /** In bytes; a part of a small disk. */
    private static final long MAX_SIZE = 256 * 1024;

    private static final long SMALLEST = 16 * 1024;

    private static final int PART = 8;

    /** What must be free beside it for lines that are no change's, in bytes; a part of a small disk. */
    private static final long ROOM = 16 << 20;

    private final Path file;
    private final Path folder;

    AuditReserve(Path trail, Path folder) {
        this.file = trail.resolveSibling("." + trail.getFileName() + ".reserve");
        this.folder = folder;
    }

    /** Makes it unless it is there. */
    void fill() throws IOException {
        if (Files.exists(file) && Files.size(file) >= SMALLEST) {
            return;
        }
        Files.deleteIfExists(file);
        int size = (int) Math.clamp(Files.getFileStore(folder).getTotalSpace() / PART, SMALLEST, MAX_SIZE);
        byte[] noise = new byte[size];
        new SplittableRandom(size).nextBytes(noise);
        try (FileChannel made = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), AuditFile.own(file))) {
            Channels.newOutputStream(made).write(noise);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Returns whether it was there. */
    boolean giveUp() throws IOException {
        return Files.deleteIfExists(file);
    }

    /** Whether there is room for more than the lines of changes. */
    boolean roomForMore() throws IOException {
        FileStore disk = Files.getFileStore(folder);
        return disk.getUsableSpace() >= Math.min(ROOM, disk.getTotalSpace() / PART);
    }
}
